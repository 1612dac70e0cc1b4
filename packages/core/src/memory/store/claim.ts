import { UploadError } from "../../errors.js";
import type { UploadSession } from "../../session.js";
import type { Claimed, SessionSnapshot, WriteClaim } from "../../store.js";
import { extentOf, isInTheWay, overlap } from "./extents.js";
import type { MemoryData, SessionRecord } from "./memory-data.js";

/** `SessionStore.claim`. Where it does not grant, it evicts nobody. */
export function claim(data: MemoryData, id: string, wished: WriteClaim, evict: readonly string[]): Claimed {
  const record = data.sessions.get(id);
  if (record === undefined) throw new UploadError("SESSION_NOT_FOUND", `session ${id} is not there`, { id });
  checkOpenFor(record.session, wished);
  const kept = [...record.claims.values()].filter((held) => !evict.includes(held.id));
  const own = kept.find((held) => held.id === wished.id);
  const inTheWay = kept.filter((held) => held !== own && isInTheWay(held, wished));
  // What a renewed claim finds in its range are its own receipts.
  const stored = inTheWay.length > 0 || own !== undefined ? undefined : storedAt(record, wished);
  if (inTheWay.length > 0) {
    const asked = inTheWay.filter(({ purpose, wanted }) => purpose === "write" && !wanted);
    for (const { id: held } of asked) want(record, held);
    if (asked.length > 0) data.changes.wake(id);
    return { kind: "held", by: inTheWay.map((held) => record.claims.get(held.id) ?? held) };
  }
  if (stored !== undefined) return { kind: "stored", snapshot: snapshotOf(record), receipt: stored };
  for (const evicted of evict) record.claims.delete(evicted);
  record.claims.set(wished.id, { ...wished, wanted: own?.wanted ?? wished.wanted });
  data.changes.wake(id);
  return { kind: "granted", snapshot: snapshotOf(record) };
}

function checkOpenFor({ id, state }: UploadSession, { purpose }: WriteClaim): void {
  const isOpen = purpose === "write" ? state === "open" : state !== "completed" && state !== "aborted";
  if (!isOpen) throw new UploadError("SESSION_CLOSED", `session ${id} is ${state}`, { id, state });
}

/** The receipt of exactly this extent. Throws `RANGE_OVERLAP` where another cut is stored. */
function storedAt(
  { receipts }: SessionRecord,
  { purpose, range }: WriteClaim,
): SessionRecord["receipts"][number] | undefined {
  if (purpose === "complete") return undefined;
  const found = receipts.find((receipt) => overlap(extentOf(receipt), range));
  if (found === undefined) return undefined;
  const extent = extentOf(found);
  if (extent.start === range.start && extent.end === range.end) return found;
  throw new UploadError("RANGE_OVERLAP", `bytes ${extent.start} to ${extent.end} are stored already`, {
    range: extent,
  });
}

function want({ claims }: SessionRecord, id: string): void {
  const held = claims.get(id);
  if (held !== undefined) claims.set(id, { ...held, wanted: true });
}

/** What is known of a session at this instant. */
export function snapshotOf({ session, received, claims }: SessionRecord): SessionSnapshot {
  return { session, received, claims: [...claims.values()] };
}
