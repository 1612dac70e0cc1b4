import { UploadError } from "../../errors.js";
import type { UploadSession } from "../../session.js";
import type { MemoryData, SessionRecord } from "./memory-data.js";

/** `SessionStore.replace`. */
export function replace(data: MemoryData, next: UploadSession, quota: number): void {
  const record = data.sessions.get(next.id);
  if (record === undefined)
    throw new UploadError("SESSION_NOT_FOUND", `session ${next.id} is not there`, { id: next.id });
  const before = record.session;
  if (before.revision !== next.revision - 1) throw revisionConflict(next);
  const declared = before.target.size === null ? (next.target.size ?? 0) : 0;
  const reserved = next.state === "aborted" ? 0 : record.reserved + declared;
  if (reserved > record.reserved) data.ledger.check(next.owner, declared, quota);
  data.ledger.move(next.owner, reserved - record.reserved, 0);
  record.reserved = reserved;
  record.session = notEarlier(next, before);
  if (before.state === "open" && next.state !== "open") wantWriters(record);
  data.changes.wake(next.id);
}

/** Receipts move the expiry without a revision, so a state change that read it before must not take it back. */
export function notEarlier(next: UploadSession, before: UploadSession): UploadSession {
  return { ...next, expiresAt: Math.max(next.expiresAt, before.expiresAt) };
}

/** Asks all writers to cut their bodies and let go. */
export function wantWriters({ claims }: SessionRecord): void {
  for (const claim of claims.values()) if (claim.purpose === "write") claims.set(claim.id, { ...claim, wanted: true });
}

/** Somebody else changed the session first. */
export function revisionConflict({ id, revision }: UploadSession): UploadError<"REVISION_CONFLICT"> {
  const expected = revision - 1;
  return new UploadError(
    "REVISION_CONFLICT",
    `session ${id} is not at revision ${expected}`,
    { id, expected },
    { retry: "after-probe" },
  );
}
