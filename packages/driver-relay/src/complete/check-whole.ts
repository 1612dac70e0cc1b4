import { type ByteRange, type Receipt, UploadError } from "@stowage/core";

/**
 * Bytes of the object that receipts make, in any order, gapless from 0; `size`: the declared one, `null` where none is.
 *
 * @throws {UploadError} `UPLOAD_INCOMPLETE` naming all gaps, `SIZE_CONFLICT` where they go beyond the size
 */
export function checkWhole(receipts: readonly Receipt[], size: number | null): number {
  const missing: ByteRange[] = [];
  let end = 0;
  for (const receipt of receipts.toSorted((a, b) => a.offset - b.offset)) {
    if (receipt.offset > end) missing.push({ start: end, end: receipt.offset });
    end = Math.max(end, receipt.offset + receipt.size);
  }
  if (size !== null && end < size) missing.push({ start: end, end: size });
  if (missing.length > 0)
    throw new UploadError("UPLOAD_INCOMPLETE", `${missing.length} ranges are missing`, { missing });
  if (size === null || end <= size) return end;
  const details = { declared: size, actual: end };
  throw new UploadError("SIZE_CONFLICT", `receipts for ${end} bytes, ${size} declared`, details);
}
