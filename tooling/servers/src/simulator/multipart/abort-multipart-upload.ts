import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { S3Call } from "../state/s3-call.js";
import { findUpload } from "./find-upload.js";

/** AbortMultipartUpload: the parts go. A part that is still coming is refused when it has come. */
export async function abortMultipartUpload(call: S3Call): Promise<S3Answer> {
  const upload = findUpload(call);
  call.bucket.uploads.delete(upload.id);
  await Promise.all([...upload.parts.values()].map((part) => part.content.release()));
  return emptyAnswer(204);
}
