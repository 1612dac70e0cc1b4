import { refuse } from "../http/refusal.js";
import type { OpenUpload } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";

/** The upload that `uploadId` names, if it is open and of this key. @throws NoSuchUpload */
export function findUpload(call: Pick<S3Call, "request" | "bucket" | "key">): OpenUpload {
  const id = call.request.parameter("uploadId") ?? "";
  const upload = call.bucket.uploads.get(id);
  if (upload !== undefined && upload.key === call.key) return upload;
  throw refuse(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { details: { UploadId: id } },
  );
}

/** @throws InvalidArgument unless `partNumber` is from 1 to 10000 */
export function readPartNumber(call: Pick<S3Call, "request">): number {
  const text = call.request.parameter("partNumber") ?? "";
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw refuse("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", {
    details: { ArgumentName: "partNumber", ArgumentValue: text },
  });
}
