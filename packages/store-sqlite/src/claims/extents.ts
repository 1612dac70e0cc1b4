import type { ByteRange, WriteClaim } from "@stowage/core";
import type { Writer } from "../database/connection.js";
import { type ReceiptRow, selectReceipts } from "../sessions/receipt-row.js";

/** They share a byte or start at the same offset; a `complete` claim covers everything. */
export function isInTheWay(held: WriteClaim, wished: WriteClaim): boolean {
  if (held.purpose === "complete" || wished.purpose === "complete") return true;
  return overlap(held.range, wished.range);
}

function overlap(a: ByteRange, b: ByteRange): boolean {
  return a.start === b.start || Math.max(a.start, b.start) < Math.min(a.end, b.end);
}

/** Finds the receipt of a session (its number) that overlaps an extent; where several do, the last. */
export type FindOverlap = (session: number, range: ByteRange) => ReceiptRow | undefined;

/** Prepares its statement. */
export async function prepareFindOverlap(writer: Writer): Promise<FindOverlap> {
  // Stored extents are disjoint, so of those with bytes only the nearest one that starts before our end can reach in. An
  // empty one has no bytes to share, and counts where it starts at the same offset.
  const nearest = await writer.prepare<ReceiptRow>(
    `${selectReceipts} WHERE session = ?1 AND start <= ?2 AND (size > 0 OR start = ?3) ORDER BY start DESC LIMIT 1`,
  );
  return (session, { start, end }) => {
    const found = nearest.get(session, Math.max(start, end - 1), start);
    if (found === undefined) return undefined;
    return found.start === start || found.start + found.size > start ? found : undefined;
  };
}
