import type { UploadSession } from "@stowage/core";
import type { Ledger } from "../catalog/ledger.js";
import type { Writer } from "../database/connection.js";
import { revisionConflict, sessionNotFound } from "./refusals.js";
import { movingColumns, movingOf, type SessionRow } from "./session-row.js";

/** `SessionStore.replace`, within a transaction. */
export type Replace = (next: UploadSession, quota: number) => void;

type Stored = Pick<SessionRow, "number" | "state" | "revision" | "reserved" | "expires_at"> & {
  /** Of the document; `null` while nobody knows it. */
  readonly size: number | null;
};

/** Prepares its statements. */
export async function prepareReplace(writer: Writer, ledger: Ledger): Promise<Replace> {
  const stored = await writer.prepare<Stored>(
    `SELECT number, state, revision, reserved, expires_at, document ->> '$.target.size' AS size
       FROM sessions WHERE id = ?`,
  );
  const update = await prepareUpdate(writer);
  const wantWriters = await writer.prepare("UPDATE claims SET wanted = 1 WHERE session = ? AND purpose = 'write'");

  return (next, quota) => {
    const { id, owner, target } = next;
    const found = stored.get(id);
    if (found === undefined) throw sessionNotFound(id);
    if (found.revision !== next.revision - 1) throw revisionConflict(next);
    const declared = found.size === null ? target.size : null;
    if (declared !== null) ledger.check(owner, declared, quota);
    const reserved = next.state === "aborted" ? 0 : found.reserved + (declared ?? 0);
    ledger.move(owner, reserved - found.reserved, 0);
    update(found.number, { ...next, expiresAt: Math.max(next.expiresAt, found.expires_at) }, reserved);
    if (found.state === "open" && next.state !== "open") wantWriters.run(found.number);
  };
}

/** Writes the columns that move with a session anew. */
export async function prepareUpdate(
  writer: Writer,
): Promise<(number: number, next: UploadSession, reserved: number) => void> {
  const update = await writer.prepare(
    `UPDATE sessions SET ${movingColumns.map((column) => `${column} = ?`).join(", ")} WHERE number = ?`,
  );
  return (number, next, reserved) => void update.run(...movingOf(next, reserved), number);
}
