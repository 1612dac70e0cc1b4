import type { Output } from "../../output.js";
import { formatSize } from "../../terminal/format-size.js";
import { table } from "../../terminal/table.js";
import type { Server, ServerSession } from "../server.js";

/** Shows one upload, with what is missing of it. */
export async function showSession(server: Server, id: string, output: Output): Promise<void> {
  const session = await server.ask<ServerSession>("GET", `/sessions/${encodeURIComponent(id)}`);
  output.json(session);
  const { size, received, chunkSize, chunkCount, missing, checksum, error } = session;
  const rows: [string, string | null][] = [
    ["ID", session.id],
    ["STATE", session.state],
    ["PATH", session.path],
    ["SIZE", size === null ? null : formatSize(size)],
    ["STORED", formatSize(received)],
    ["CHUNKS", chunkSize === null ? null : `${chunkCount} of ${formatSize(chunkSize)}`],
    ["MISSING", missing === undefined ? null : printRanges(missing)],
    ["POLICY", session.policy],
    ["CLIENT", session.protocol],
    ["CREATED", new Date(session.createdAt).toISOString()],
    ["EXPIRES", new Date(session.expiresAt).toISOString()],
    ["CHECKSUM", checksum === undefined ? null : `${checksum.algorithm} ${checksum.value}`],
    ["ENDED BY", error === undefined ? null : [error.reason, error.code ?? ""].join(" ").trim()],
  ];
  const [heading = ["", ""], ...rest] = rows.filter((row): row is [string, string] => row[1] !== null);
  for (const line of table(heading, rest)) output.line(line);
}

/** `0-3, 7`: chunks by index, both ends included. */
export function printRanges(ranges: readonly { readonly start: number; readonly end: number }[]): string {
  if (ranges.length === 0) return "none";
  return ranges.map(({ start, end }) => (end - start === 1 ? `${start}` : `${start}-${end - 1}`)).join(", ");
}
