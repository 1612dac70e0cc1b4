import { type Claimed, type UploadSession, UploadError, type WriteClaim } from "@stowage/core";
import type { Writer } from "../database/connection.js";
import { hasEnded, processMarker } from "../processes/process-marker.js";
import { receiptOf } from "../sessions/receipt-row.js";
import { claimsOf, selectSessions, type SessionRow, sessionOf } from "../sessions/session-row.js";
import { sessionNotFound } from "../sessions/refusals.js";
import { isInTheWay, prepareFindOverlap } from "./extents.js";

/** `SessionStore.claim`, within a transaction. */
export type Claim = (id: string, claim: WriteClaim, evict: readonly string[]) => Claimed;

const unfinished: ReadonlySet<UploadSession["state"]> = new Set(["opening", "open", "completing", "aborting"]);

/** Prepares its statements. */
export async function prepareClaim(writer: Writer): Promise<Claim> {
  const me = processMarker();
  const session = await writer.prepare<SessionRow>(`${selectSessions} WHERE s.id = ?`);
  const remove = await writer.prepare("DELETE FROM claims WHERE session = ? AND id = ?");
  const want = await writer.prepare("UPDATE claims SET wanted = 1 WHERE session = ? AND id = ?");
  const put = await writer.prepare(
    `INSERT INTO claims (session, id, purpose, start, stop, wanted, until, holder, evicted)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
     ON CONFLICT (session, id) DO UPDATE SET start = ?4, stop = ?5, until = ?7`,
  );
  const isOrphan = await prepareIsOrphan(writer, me);
  const findOverlap = await prepareFindOverlap(writer);

  return (id, claim, evict) => {
    const row = session.get(id);
    if (row === undefined) throw sessionNotFound(id);
    const current = sessionOf(row);
    checkOpenFor(current, claim);
    const before = claimsOf(row);
    const standing = before.filter(
      (held) => held.id === claim.id || !isInTheWay(held, claim) || !isOrphan(row.number, held),
    );
    const kept = standing.filter((held) => !evict.includes(held.id));
    const own = kept.find((held) => held.id === claim.id);
    const others = kept.filter((held) => held !== own);
    const inTheWay = others.filter((held) => isInTheWay(held, claim));
    // A renewed claim has receipts of its own in its range; `settle` looks at what comes next.
    const stored =
      inTheWay.length > 0 || own !== undefined || claim.purpose === "complete"
        ? undefined
        : findOverlap(row.number, claim.range);
    if (
      stored !== undefined &&
      (stored.start !== claim.range.start || stored.start + stored.size !== claim.range.end)
    ) {
      throw overlapping(stored);
    }
    if (inTheWay.length > 0) {
      for (const held of inTheWay) if (held.purpose === "write" && !held.wanted) want.run(row.number, held.id);
      return {
        kind: "held",
        by: inTheWay.map((held) => (held.purpose === "write" ? { ...held, wanted: true } : held)),
      };
    }
    const seen = { session: current, received: row.received };
    if (stored !== undefined)
      return { kind: "stored", snapshot: { ...seen, claims: before }, receipt: receiptOf(stored) };
    for (const held of before) if (!kept.includes(held)) remove.run(row.number, held.id);
    const granted = own === undefined ? claim : { ...own, range: claim.range, until: claim.until };
    const { purpose, range, wanted, until } = granted;
    const evicted = kept.length < standing.length ? 1 : 0;
    put.run(row.number, claim.id, purpose, range.start, range.end, wanted ? 1 : 0, until, me, evicted);
    return { kind: "granted", snapshot: { ...seen, claims: [...others, granted] } };
  };
}

/**
 * Whether a claim's process has ended, so that it stands in nobody's way: no late byte can come from there. One that
 * has evicted others had to fence out theirs, and nobody knows whether it did; that one has to be evicted in turn.
 */
async function prepareIsOrphan(writer: Writer, me: string): Promise<(session: number, held: WriteClaim) => boolean> {
  const find = await writer.prepare<{ readonly holder: string; readonly evicted: number }>(
    "SELECT holder, evicted FROM claims WHERE session = ? AND id = ?",
  );
  return (session, held) => {
    const found = find.get(session, held.id);
    return found !== undefined && found.evicted === 0 && found.holder !== me && hasEnded(found.holder);
  };
}

function checkOpenFor({ id, state }: UploadSession, { purpose }: WriteClaim): void {
  if (purpose === "write" ? state === "open" : unfinished.has(state)) return;
  throw new UploadError("SESSION_CLOSED", `session ${id} is ${state}`, { id, state });
}

function overlapping({ start, size }: { readonly start: number; readonly size: number }): UploadError<"RANGE_OVERLAP"> {
  const range = { start, end: start + size };
  return new UploadError("RANGE_OVERLAP", `bytes ${range.start} to ${range.end} are stored already`, { range });
}
