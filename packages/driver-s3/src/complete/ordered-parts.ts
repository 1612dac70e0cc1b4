import { type ByteRange, type Checksum, type Receipt, UploadError, type UploadTarget } from "@stowage/core";
import { parseToken, type PartToken } from "../receipt-token.js";

/** A receipt that is a part of the object. */
export interface ReceiptedPart extends PartToken {
  readonly range: ByteRange;
  /** Of the bytes that were acknowledged; `null`: they came directly. */
  readonly checksum: Checksum | null;
}

/** Parts by offset, without gaps. */
export interface OrderedParts {
  readonly parts: readonly ReceiptedPart[];
  /** Bytes. */
  readonly total: number;
}

/** @throws {UploadError} `UPLOAD_INCOMPLETE` naming each gap */
export function orderedParts(receipts: readonly Receipt[], { size }: Pick<UploadTarget, "size">): OrderedParts {
  const parts = receipts
    .filter((receipt) => receipt.size > 0)
    .map((receipt) => ({
      ...parseToken(receipt.token),
      range: { start: receipt.offset, end: receipt.offset + receipt.size },
      checksum: receipt.checksum ?? null,
    }))
    .sort((a, b) => a.range.start - b.range.start);
  const missing: ByteRange[] = [];
  let end = 0;
  for (const { range } of parts) {
    if (range.start > end) missing.push({ start: end, end: range.start });
    end = Math.max(end, range.end);
  }
  if (size !== null && end < size) missing.push({ start: end, end: size });
  if (missing.length > 0) throw incomplete(missing);
  return { parts, total: end };
}

/** What is not there has to be sent again. */
export function incomplete(missing: readonly ByteRange[]): UploadError<"UPLOAD_INCOMPLETE"> {
  return new UploadError("UPLOAD_INCOMPLETE", `${missing.length} ranges are missing`, { missing });
}
