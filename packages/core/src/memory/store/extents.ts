import type { ByteRange } from "../../bytes.js";
import type { Receipt } from "../../driver.js";
import type { WriteClaim } from "../../store.js";

/** A `complete` claim covers everything. */
export function isInTheWay(held: WriteClaim, wished: WriteClaim): boolean {
  return held.purpose === "complete" || wished.purpose === "complete" || overlap(held.range, wished.range);
}

/** They share a byte or start at the same offset. */
export function overlap(a: ByteRange, b: ByteRange): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}

/** What a receipt covers. */
export function extentOf({ offset, size }: Receipt): ByteRange {
  return { start: offset, end: offset + size };
}
