import { posix } from "node:path";
import type { Output } from "../../output.js";
import { formatSize } from "../../terminal/format-size.js";
import { table } from "../../terminal/table.js";
import type { Server, ServerFile } from "../server.js";

/** Lists a folder, in the order of names. */
export async function listFiles(server: Server, folder: string, output: Output): Promise<void> {
  const rows: string[][] = [];
  for await (const file of server.pages<ServerFile>("/files", "files", { folder: asFolder(folder), limit: "1000" })) {
    output.json(file);
    const { kind, size, modifiedAt, path } = file;
    const name = posix.basename(path);
    const isFolder = kind === "folder";
    rows.push([isFolder ? "" : formatSize(size), new Date(modifiedAt).toISOString(), isFolder ? `${name}/` : name]);
  }
  if (rows.length === 0) output.line("nothing there");
  else for (const line of table(["SIZE", "CHANGED", "NAME"], rows)) output.line(line);
}

function asFolder(given: string): string {
  const path = posix.join("/", given);
  return path === "/" ? path : path.replace(/\/$/, "");
}
