import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { CallOptions } from "@stowage/core";
import type { S3Context } from "../context.js";
import { isUnknown, toUploadError } from "../errors.js";

/** Removes one object by the store's key; none there is as good. In a bucket with versions the old ones stay. */
export async function removeKey(context: S3Context, key: string, options: CallOptions): Promise<void> {
  const { control, settings } = context;
  const call = { operation: "DeleteObject" };
  const answer = await control.ask(call, options, (client, signalled) =>
    client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key: key }), signalled),
  );
  if (answer.kind === "refused" && !isUnknown(answer.failure)) throw toUploadError(answer.failure, call);
}
