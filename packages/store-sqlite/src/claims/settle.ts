import { type Receipt, type Settled, type SettleOptions, UploadError } from "@stowage/core";
import type { Writer } from "../database/connection.js";
import { prepareFindOverlap } from "./extents.js";

/** `SessionStore.settle`, within a transaction. */
export type Settle = (id: string, claimId: string, receipt: Receipt | null, next: SettleOptions) => Settled;

interface Held {
  readonly number: number;
  readonly state: string;
  readonly received: number;
  readonly full_at: number | null;
  /** Of the claim; `null`: it is not there. */
  readonly purpose: string | null;
  /** Of the session, this one included. */
  readonly claims: number;
}

/** Prepares its statements. */
export async function prepareSettle(writer: Writer): Promise<Settle> {
  const held = await writer.prepare<Held>(
    `SELECT s.number, s.state, s.received, s.full_at, c.purpose,
            (SELECT count(*) FROM claims o WHERE o.session = s.number) AS claims
       FROM sessions s LEFT JOIN claims c ON c.session = s.number AND c.id = ?2 WHERE s.id = ?1`,
  );
  const release = await writer.prepare("DELETE FROM claims WHERE session = ? AND id = ?");
  const store = await writer.prepare(
    "INSERT INTO receipts (session, start, size, token, algorithm, checksum) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const count = await writer.prepare(
    `UPDATE sessions SET received = received + ?2, expires_at = max(expires_at, ?3), due_at = max(due_at, ?3)
      WHERE number = ?1`,
  );
  const fill = await writer.prepare(
    `UPDATE sessions SET received = received + ?2, expires_at = max(expires_at, ?3), due_at = ?4,
                         state = 'completing', revision = revision + 1 WHERE number = ?1`,
  );
  const turn = await writer.prepare(
    "UPDATE claims SET purpose = 'complete', start = 0, stop = 0, wanted = 0, until = ? WHERE session = ? AND id = ?",
  );
  const wantWriters = await writer.prepare("UPDATE claims SET wanted = 1 WHERE session = ? AND purpose = 'write'");
  const findOverlap = await prepareFindOverlap(writer);

  return (id, claimId, receipt, next) => {
    const found = held.get(id, claimId);
    if (receipt === null) {
      if (found !== undefined && found.purpose !== null && !next.keepClaim) release.run(found.number, claimId);
      return { received: found?.received ?? 0, filled: false };
    }
    if (found === undefined || found.purpose !== "write" || found.state !== "open") throw superseded(id);
    const { number } = found;
    const { offset, size, token, checksum } = receipt;
    // A claim that was moved onto stored bytes must not store others there.
    if (findOverlap(number, { start: offset, end: offset + size }) !== undefined) throw superseded(id);
    store.run(number, offset, size, token, checksum?.algorithm ?? null, checksum?.value ?? null);
    const received = found.received + size;
    const filled = received === found.full_at;
    const isAlone = found.claims === 1;
    if (filled) fill.run(number, size, next.expiresAt, next.completionDueAt);
    else count.run(number, size, next.expiresAt);
    if (filled && isAlone && !next.keepClaim && next.completeUntil !== undefined) {
      turn.run(next.completeUntil, number, claimId);
      return { received, filled, holdsCompletion: true };
    }
    if (!next.keepClaim) release.run(number, claimId);
    if (filled && (next.keepClaim || !isAlone)) wantWriters.run(number);
    return { received, filled };
  };
}

function superseded(id: string): UploadError<"SUPERSEDED"> {
  return new UploadError("SUPERSEDED", `session ${id}: the claim was taken away`, { id }, { retry: "after-probe" });
}
