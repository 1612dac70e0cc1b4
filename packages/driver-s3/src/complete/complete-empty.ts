import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { CallOptions, StoredObject, UploadTarget } from "@stowage/core";
import { abortUpload } from "../abort-upload.js";
import type { S3Context } from "../context.js";
import { objectExists, toUploadError } from "../errors.js";
import type { S3Handle } from "../handle.js";
import { storeKey } from "../keys.js";
import { markHeader } from "../mark.js";
import { findObject } from "../objects/find-object.js";

/** An object without bytes: a multipart upload cannot make one. An empty object that is there is as good. */
export async function completeEmpty(
  context: S3Context,
  { uploadId, mark }: S3Handle,
  target: UploadTarget,
  options: CallOptions,
): Promise<StoredObject> {
  const { control, settings, preset } = context;
  const key = storeKey(settings.prefix, target.key);
  const isGuarded = preset.overwriting === "refused-by-store";
  if (isGuarded || !(await isThere(context, target.key, options))) {
    const call = { operation: "PutObject" };
    const answer = await control.ask(call, options, (client, signalled) =>
      client.send(
        new PutObjectCommand({
          Bucket: settings.bucket,
          Key: key,
          Body: "",
          ContentLength: 0,
          ContentType: target.contentType,
          Metadata: { [markHeader]: mark },
          ...(isGuarded ? { IfNoneMatch: "*" } : {}),
        }),
        signalled,
      ),
    );
    const isTaken = answer.kind === "refused" && (answer.failure.status === 412 || answer.failure.status === 409);
    if (answer.kind === "refused" && !(isTaken && (await isThere(context, target.key, options))))
      throw toUploadError(answer.failure, call);
  }
  // The size was not known when it was begun.
  if (uploadId !== null) await abortUpload(context, key, uploadId, options);
  return { key: target.key, size: 0 };
}

/** @throws {UploadError} `OBJECT_EXISTS` where it is not empty */
async function isThere(context: S3Context, key: string, options: CallOptions): Promise<boolean> {
  const found = await findObject(context, key, options);
  if (found !== null && found.object.size > 0) throw objectExists(key);
  return found !== null;
}
