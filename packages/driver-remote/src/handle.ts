import { UploadError } from "@stowage/core";
import type { Json, UploadTarget } from "@stowage/core";
import { driverName, lacks } from "./errors.js";

/** What is stored with a session. The node knows it by the session's own id. */
export interface RemoteHandle {
  readonly v: 1;
  /** Bytes of all chunks but the last; 0: one chunk. */
  readonly chunkSize: number;
}

/**
 * The handle of an upload, made from its target.
 *
 * @throws {UploadError} `UNSUPPORTED` without a size or a plan
 */
export function uploadHandle({ size, plan }: UploadTarget): RemoteHandle {
  if (size === null) throw lacks("deferredSize");
  if (plan === null) throw lacks("chunks of any size");
  return { v: 1, chunkSize: plan.count === 1 ? 0 : plan.chunkSize };
}

/** Reads a stored handle. @throws {UploadError} `BACKEND_LOST_UPLOAD` */
export function parseHandle(handle: Json): RemoteHandle {
  if (typeof handle === "object" && handle !== null && "v" in handle && "chunkSize" in handle) {
    const { v, chunkSize } = handle;
    if (v === 1 && typeof chunkSize === "number" && Number.isSafeInteger(chunkSize) && chunkSize >= 0)
      return { v, chunkSize };
  }
  throw new UploadError("BACKEND_LOST_UPLOAD", "the handle is not one of this driver", { driver: driverName });
}

/** As it is stored. */
export function toJson({ v, chunkSize }: RemoteHandle): Json {
  return { v, chunkSize };
}
