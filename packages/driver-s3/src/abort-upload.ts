import { AbortMultipartUploadCommand } from "@aws-sdk/client-s3";
import { type CallOptions, UploadError } from "@stowage/core";
import type { S3Context } from "./context.js";
import { driverName, isUnknown, toUploadError } from "./errors.js";
import { listParts } from "./list-parts.js";

/**
 * Parts that were on their way may land after an abort and stay, which S3 advises to answer with another one
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html).
 */
const attempts = 4;

/**
 * Gives an upload up, until the store does not know it any more. Idempotent.
 *
 * @throws {UploadError} `BACKEND_UNAVAILABLE` where parts still come
 */
export async function abortUpload(
  context: S3Context,
  key: string,
  uploadId: string,
  options: CallOptions,
): Promise<void> {
  const { control, settings } = context;
  const call = { operation: "AbortMultipartUpload" };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const answer = await control.ask(call, options, (client, signalled) =>
      client.send(
        new AbortMultipartUploadCommand({ Bucket: settings.bucket, Key: key, UploadId: uploadId }),
        signalled,
      ),
    );
    if (answer.kind === "refused") {
      if (isUnknown(answer.failure)) return;
      throw toUploadError(answer.failure, call);
    }
    const left = await listParts(context, key, uploadId, options);
    if (left === null || left.length === 0) return;
  }
  const message = `${call.operation}: parts are left after ${attempts} calls`;
  throw new UploadError("BACKEND_UNAVAILABLE", message, { driver: driverName }, { retry: "same" });
}
