import { stat } from "node:fs/promises";
import { fileHasChecksum } from "../checksum/file-digest.js";
import { findFile } from "../server/server.js";
import type { Server } from "../server/server.js";
import type { LocalFile } from "./local-file.js";

/**
 * Whether the very bytes of a file are at its place already, so that running a command again does no harm. Reads the file
 * where the sizes are the same. `false` too where the storage tells no checksum to compare.
 */
export async function hasSameContent(server: Server, { source, target }: LocalFile): Promise<boolean> {
  const there = await findFile(server, target);
  if (there?.kind !== "file" || there.size !== (await stat(source)).size) return false;
  return (await fileHasChecksum(source, there.checksum)) === true;
}
