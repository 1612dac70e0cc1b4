import { printSlaveUpload, slavePaths } from "@stowage/cloudreve-wire";
import { isUploadError, UploadError } from "@stowage/core";
import type { CallOptions } from "@stowage/core";
import { checkPath } from "@stowage/core/catalog";
import { isDone, refusalOf } from "../errors.js";
import type { UploadContext } from "../upload-context.js";

/**
 * Opens the upload at the node, under the session's own id; done again, it is the same upload. `callback`: whom the node
 * tells when all is there, which it then completes by itself; `null`: it waits to be told.
 *
 * @throws {UploadError} `OBJECT_EXISTS`, `NAME_REFUSED`, `OBJECT_TOO_LARGE`, `BACKEND_*`
 */
export async function openUpload(
  { node, target, chunkSize }: UploadContext,
  callback: string | null,
  options: CallOptions,
): Promise<void> {
  if (options.signal.aborted) throw options.signal.reason;
  const { key, size, sessionId, expiresAt, contentType } = target;
  checkPath(`/${key}`);
  const body = printSlaveUpload({
    sessionId,
    savePath: key,
    size: size ?? 0,
    chunkSize,
    expiresAt,
    mimeType: contentType,
    callback,
  });
  const headers = { "content-type": "application/json" };
  const reply = await node
    .ask({ method: "PUT", path: slavePaths.upload, headers, body }, options)
    .catch((error: unknown) => {
      throw asHarmless(error);
    });
  if (!isDone(reply)) throw asHarmless(refusalOf(reply, { operation: "opening an upload", key, size: size ?? 0 }));
}

/** Whether it happened or not: the same once more is the same upload. */
function asHarmless(error: unknown): unknown {
  if (!isUploadError(error) || error.code !== "BACKEND_UNAVAILABLE") return error;
  return new UploadError(error.code, error.message, error.details, { retry: "same", cause: error });
}
