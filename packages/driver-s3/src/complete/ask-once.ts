import type { ByteRange, CallOptions } from "@stowage/core";
import type { ListedPart } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { listParts } from "../list-parts.js";
import type { OpenUpload } from "./gather.js";
import { incomplete, type ReceiptedPart } from "./ordered-parts.js";

/**
 * A completion was refused because of a part, so the store is asked what it has. A part that was sent again, and whose
 * answer was lost, may have another entity tag now (encryption makes a new one each time): it is taken where its size
 * is right and its bytes are proven, by the CRC of the whole object, or were never ours to prove, as they came directly.
 * What is missing, or replaced by nobody knows what, is told. `null`: the store does not know the upload.
 *
 * @throws {UploadError} `UPLOAD_INCOMPLETE`
 */
export async function askOnce(
  context: S3Context,
  upload: OpenUpload,
  parts: readonly ReceiptedPart[],
  options: CallOptions,
): Promise<readonly ReceiptedPart[] | null> {
  const listed = await listParts(context, upload.key, upload.uploadId, options);
  if (listed === null) return null;
  const there = new Map(listed.map((part) => [part.number, part]));
  const isProven = upload.crc32 && parts.every(({ checksum }) => checksum?.algorithm === "crc32");
  const missing: ByteRange[] = [];
  const agreed = parts.map((part) => {
    const found = there.get(part.number);
    if (part.generation > 0) return part;
    if (found !== undefined && isAsGood(part, found, isProven)) return { ...part, etag: found.etag };
    missing.push(part.range);
    return part;
  });
  if (missing.length > 0) throw incomplete(missing);
  return agreed;
}

function isAsGood({ range, etag, checksum }: ReceiptedPart, found: ListedPart, isProven: boolean): boolean {
  if (found.size !== range.end - range.start) return false;
  return found.etag === etag || checksum === null || isProven;
}
