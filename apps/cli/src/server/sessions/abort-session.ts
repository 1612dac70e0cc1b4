import type { Output } from "../../output.js";
import type { Server } from "../server.js";

/** Gives an upload up. Idempotent. */
export async function abortSession(server: Server, id: string, output: Output): Promise<void> {
  await server.ask("DELETE", `/sessions/${encodeURIComponent(id)}`);
  output.either(`${id}: aborted`, { event: "aborted", id });
}
