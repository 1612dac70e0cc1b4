import { crcFromBase64 } from "../checksum/base64.js";
import type { Receipt } from "../driver.js";
import { UploadError } from "../errors.js";
import type { Meter } from "./meter.js";

/**
 * Reads the bytes of an extent that has a receipt and compares them with it; nothing is written.
 *
 * @throws {UploadError} `RANGE_OVERLAP` where they differ, and what the body throws
 */
export async function compareStored(meter: Meter, receipt: Receipt, isLast = true): Promise<void> {
  // The last extent of a body is read to the body's own end, so that its length and digest are checked.
  const stride = meter.stride(isLast ? Infinity : receipt.size);
  for await (const _ of stride);
  const same =
    receipt.checksum?.algorithm === "crc32" && crcFromBase64(receipt.checksum.value) === crcFromBase64(stride.crc32());
  if (stride.count === receipt.size && same) return;
  const range = { start: receipt.offset, end: receipt.offset + receipt.size };
  throw new UploadError("RANGE_OVERLAP", `bytes ${range.start} to ${range.end} are stored, and differ`, { range });
}
