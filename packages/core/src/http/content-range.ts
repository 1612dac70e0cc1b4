import type { ByteRange } from "../bytes.js";

/** The value of a `Content-Range` field: where the bytes of a body belong (RFC 9110, section 14.4). */
export type ContentRange =
  /** `bytes 0-4/10`. `size`: of the whole; `null` where the sender does not know it (`*`). */
  | { readonly kind: "range"; readonly range: ByteRange; readonly size: number | null }
  /** No bytes, only the size of the whole: a range that cannot be had, or a question how far it got (`*` for its range). */
  | { readonly kind: "unsatisfied"; readonly size: number };

/**
 * Reads the field's value. The unit is any case of `bytes`. `null`: not such a value, a last byte before the first or
 * beyond the size, or a number beyond 2^53 - 1. A range is never empty: the wire counts its last byte in.
 */
export function parseContentRange(value: string): ContentRange | null {
  const [, from, to, total] = /^bytes +(?:(\d+)-(\d+)|\*)\/(\d+|\*)$/i.exec(value.trim()) ?? [];
  if (total === undefined) return null;
  const size = total === "*" ? null : exact(total);
  if (Number.isNaN(size)) return null;
  if (from === undefined || to === undefined) return size === null ? null : { kind: "unsatisfied", size };
  const [start, last] = [exact(from), exact(to)];
  // A last byte of 2^53 - 1 has an end that cannot be counted exactly.
  const isRange = start <= last && Number.isSafeInteger(last + 1) && (size === null || last < size);
  return isRange ? { kind: "range", range: { start, end: last + 1 }, size } : null;
}

/** Prints what `parseContentRange` reads. The range must not be empty. */
export function printContentRange(value: ContentRange): string {
  if (value.kind === "unsatisfied") return `bytes */${value.size}`;
  const { range, size } = value;
  return `bytes ${range.start}-${range.end - 1}/${size ?? "*"}`;
}

/** `NaN` beyond 2^53 - 1. */
function exact(digits: string): number {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
