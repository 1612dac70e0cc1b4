import { posix } from "node:path";
import type { Output } from "../../output.js";
import type { Server } from "../server.js";

/** Removes a file, or a folder with all that is in it. */
export async function removeFile(server: Server, given: string, output: Output): Promise<void> {
  const path = posix.join("/", given).replace(/(?!^)\/$/, "");
  await server.ask("DELETE", "/files", { path });
  output.either(`${path}: removed`, { event: "removed", path });
}
