import { type ByteRange, type Receipt, UploadError } from "@stowage/core";

/** Token of a receipt for no bytes: there may be no file. Else it is the identity of the part file. */
export const noFile = "";

/** What receipts say together. */
export interface Coverage {
  readonly total: number;
  /** Identities of the files that the bytes were written to; one, unless the upload was fenced. */
  readonly files: ReadonlySet<string>;
}

/**
 * Receipts in any order, gapless from 0; `size` is the declared one, `null` where none is.
 *
 * @throws {UploadError} `UPLOAD_INCOMPLETE` naming all gaps, `SIZE_CONFLICT` where they go beyond the size
 */
export function coverageOf(receipts: readonly Receipt[], size: number | null): Coverage {
  const missing: ByteRange[] = [];
  const files = new Set<string>();
  let end = 0;
  for (const receipt of receipts.toSorted((a, b) => a.offset - b.offset)) {
    if (receipt.offset > end) missing.push({ start: end, end: receipt.offset });
    end = Math.max(end, receipt.offset + receipt.size);
    if (receipt.token !== noFile) files.add(receipt.token);
  }
  if (size !== null && end < size) missing.push({ start: end, end: size });
  if (missing.length > 0) {
    throw new UploadError("UPLOAD_INCOMPLETE", `${missing.length} ranges are missing`, { missing });
  }
  if (size !== null && end > size) {
    throw new UploadError("SIZE_CONFLICT", `receipts for ${end} bytes, ${size} declared`, {
      declared: size,
      actual: end,
    });
  }
  return { total: end, files };
}
