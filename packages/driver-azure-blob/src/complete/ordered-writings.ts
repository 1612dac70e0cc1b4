import { type ByteRange, type Receipt, UploadError, type UploadTarget } from "@stowage/core";
import { clientWriting, printBlockId } from "../block/block-id.js";
import { parseToken, type Writing } from "../block/receipt-token.js";

/** A receipt that is a stretch of the object. */
export interface ReceiptedWriting extends Writing {
  readonly range: ByteRange;
  /** In the blob that clients send to, not in the object's. */
  readonly isDirect: boolean;
}

/** Stretches by offset, without gaps. */
export interface OrderedWritings {
  readonly writings: readonly ReceiptedWriting[];
  /** Bytes. */
  readonly total: number;
}

/** @throws {UploadError} `UPLOAD_INCOMPLETE` naming each gap, `RANGE_OVERLAP` */
export function orderedWritings(receipts: readonly Receipt[], { size }: Pick<UploadTarget, "size">): OrderedWritings {
  const writings = receipts
    .filter((receipt) => receipt.size > 0)
    .map((receipt) => {
      const { writing, sizes } = parseToken(receipt.token);
      const range = { start: receipt.offset, end: receipt.offset + receipt.size };
      return { writing, sizes, range, isDirect: writing === clientWriting };
    })
    .sort((one, other) => one.range.start - other.range.start);
  const missing: ByteRange[] = [];
  let end = 0;
  for (const { range } of writings) {
    if (range.start < end)
      throw new UploadError("RANGE_OVERLAP", `two receipts for the bytes at ${range.start}`, { range });
    if (range.start > end) missing.push({ start: end, end: range.start });
    end = range.end;
  }
  if (size !== null && end < size) missing.push({ start: end, end: size });
  if (missing.length > 0) throw incomplete(missing);
  return { writings, total: end };
}

/** What is not there has to be sent again. */
export function incomplete(missing: readonly ByteRange[]): UploadError<"UPLOAD_INCOMPLETE"> {
  return new UploadError("UPLOAD_INCOMPLETE", `${missing.length} ranges are missing`, { missing });
}

/** The ids of a writing's blocks, in order. */
export function blockIds(
  upload: string,
  { writing, sizes, range }: Pick<ReceiptedWriting, "writing" | "sizes" | "range">,
): readonly string[] {
  let offset = range.start;
  return sizes.map((size, place) => {
    const id = printBlockId({ upload, writing, offset, place, isLast: place === sizes.length - 1 });
    offset += size;
    return id;
  });
}
