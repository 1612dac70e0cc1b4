import type { Bucket, OpenUpload, StoredPart } from "../state/bucket.js";
import { findUpload } from "./find-upload.js";
import type { S3Call } from "../state/s3-call.js";

/** Takes the place of a part of the same number. @throws NoSuchUpload where the upload ended while the bytes came */
export async function keepPart(call: S3Call, upload: OpenUpload, part: StoredPart): Promise<void> {
  if (!isOpen(call.bucket, upload)) {
    await part.content.release();
    findUpload(call);
  }
  const before = upload.parts.get(part.number);
  upload.parts.set(part.number, part);
  await before?.content.release();
}

function isOpen(bucket: Bucket, upload: OpenUpload): boolean {
  return bucket.uploads.get(upload.id) === upload;
}
