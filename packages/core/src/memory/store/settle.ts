import type { Receipt } from "../../driver.js";
import { UploadError } from "../../errors.js";
import type { Settled, SettleOptions } from "../../store.js";
import { extentOf, overlap } from "./extents.js";
import type { MemoryData, SessionRecord } from "./memory-data.js";
import { wantWriters } from "./replace.js";

/** `SessionStore.settle`. */
export function settle(
  data: MemoryData,
  id: string,
  claimId: string,
  receipt: Receipt | null,
  next: SettleOptions,
): Settled {
  const record = data.sessions.get(id);
  if (receipt === null) {
    if (!next.keepClaim && record?.claims.delete(claimId) === true) data.changes.wake(id);
    return { received: record?.received ?? 0, filled: false };
  }
  const isHeld = record?.claims.get(claimId)?.purpose === "write" && record.session.state === "open";
  const isFree = record?.receipts.every((other) => !overlap(extentOf(other), extentOf(receipt)));
  if (record === undefined || !isHeld || isFree !== true)
    throw new UploadError("SUPERSEDED", `session ${id}: a newer request took over`, { id }, { retry: "after-probe" });
  const after = record.receipts.findIndex(({ offset }) => offset > receipt.offset);
  record.receipts.splice(after === -1 ? record.receipts.length : after, 0, receipt);
  record.received += receipt.size;
  const held = record.claims.get(claimId);
  if (!next.keepClaim) record.claims.delete(claimId);
  const filled = advance(record, next);
  data.changes.wake(id);
  const settled = { received: record.received, filled };
  if (!filled || held === undefined || record.claims.size > 0 || next.completeUntil === undefined) return settled;
  record.claims.set(claimId, {
    id: claimId,
    purpose: "complete",
    range: { start: 0, end: 0 },
    wanted: false,
    until: next.completeUntil,
  });
  return { ...settled, holdsCompletion: true };
}

/** Moves the session's times; returns whether it is full now. */
function advance(record: SessionRecord, { expiresAt, completionDueAt }: SettleOptions): boolean {
  const { session } = record;
  const times = {
    expiresAt: Math.max(session.expiresAt, expiresAt),
    dueAt: Math.max(session.dueAt, expiresAt),
  };
  const isFull = session.completion === "when-full" && record.received === session.target.size;
  if (!isFull || session.state !== "open") {
    record.session = { ...session, ...times };
    return false;
  }
  record.session = {
    ...session,
    ...times,
    dueAt: completionDueAt,
    state: "completing",
    revision: session.revision + 1,
  };
  wantWriters(record);
  return true;
}
