import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { type CallOptions, type Json, UploadError, type UploadTarget } from "@stowage/core";
import type { S3Context } from "./context.js";
import { driverName } from "./errors.js";
import { toJson } from "./handle.js";
import { markHeader } from "./mark.js";
import { storeKey } from "./keys.js";

/** Opens a multipart upload: one call, made once. An empty object needs none. */
export async function begin(context: S3Context, target: UploadTarget, options: CallOptions): Promise<Json> {
  const { control, settings, preset, runtime } = context;
  const key = storeKey(settings.prefix, target.key);
  const mark = runtime.newId();
  const crc32 = preset.checksum === "crc32";
  const draft = { version: 1, uploadId: null, mark, crc32, generation: 0 } as const;
  if (target.size === 0) return toJson(draft);
  const { UploadId: uploadId } = await control.demand(
    { operation: "CreateMultipartUpload", isOnce: true },
    options,
    (client, call) =>
      client.send(
        new CreateMultipartUploadCommand({
          Bucket: settings.bucket,
          Key: key,
          ContentType: target.contentType,
          Metadata: { [markHeader]: mark },
          ...(crc32 ? { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } : {}),
        }),
        call,
      ),
  );
  if (uploadId) return toJson({ ...draft, uploadId });
  throw new UploadError("BACKEND_REJECTED", "CreateMultipartUpload: no upload id", { driver: driverName, status: 200 });
}
