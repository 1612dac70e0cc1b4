import type { ByteRange } from "../bytes.js";
import type { Receipt } from "../driver.js";

/** End of the gapless prefix. Receipts are in offset order. */
export function contiguousEnd(receipts: readonly Receipt[]): number {
  let end = 0;
  for (const { offset, size } of receipts) {
    if (offset > end) return end;
    end = offset + size;
  }
  return end;
}

/** What no receipt covers, up to `size`, or up to the last receipt where the size is not known. */
export function missingRanges(receipts: readonly Receipt[], size: number | null): readonly ByteRange[] {
  const missing: ByteRange[] = [];
  let end = 0;
  for (const receipt of receipts) {
    if (receipt.offset > end) missing.push({ start: end, end: receipt.offset });
    end = receipt.offset + receipt.size;
  }
  if (size !== null && size > end) missing.push({ start: end, end: size });
  return missing;
}
