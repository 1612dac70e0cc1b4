import type { Output } from "../../output.js";
import { formatSize } from "../../terminal/format-size.js";
import { table } from "../../terminal/table.js";
import type { Server, ServerSession } from "../server.js";

const ended: readonly ServerSession["state"][] = ["completed", "aborted"];

/** Lists a user's uploads, those that are not finished or all of them. */
export async function listSessions(server: Server, isAll: boolean, output: Output): Promise<void> {
  const rows: string[][] = [];
  for await (const session of server.pages<ServerSession>("/sessions", "sessions")) {
    if (!isAll && ended.includes(session.state)) continue;
    output.json(session);
    const { id, state, path, size, received, expiresAt } = session;
    const total = size === null ? "?" : formatSize(size);
    rows.push([id, state, formatSize(received), total, new Date(expiresAt).toISOString(), path ?? ""]);
  }
  if (rows.length === 0) output.line(isAll ? "no uploads" : "no unfinished uploads");
  else for (const line of table(["ID", "STATE", "STORED", "SIZE", "EXPIRES", "PATH"], rows)) output.line(line);
}
