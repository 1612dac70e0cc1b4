import { isUploadError, UploadError } from "@stowage/core";

/** As errors name it; the driver's own name has the inner one's in it. */
export const driverName = "relay";

/** Acknowledged bytes cannot be found, or the upload is over. */
export function lostUpload(reason: string, cause?: unknown): UploadError<"BACKEND_LOST_UPLOAD"> {
  return new UploadError("BACKEND_LOST_UPLOAD", reason, { driver: driverName }, cause === undefined ? {} : { cause });
}

/** The spool is not there, or it is another one: its disk may come back. */
export function spoolGone(reason: string): UploadError<"BACKEND_UNAVAILABLE"> {
  return new UploadError("BACKEND_UNAVAILABLE", reason, { driver: driverName }, { retry: "same" });
}

/** What no relay does. */
export function unsupported(capability: string, what: string): UploadError<"UNSUPPORTED"> {
  return new UploadError("UNSUPPORTED", what, { driver: driverName, capability });
}

/** Whether there is no room. */
export function isFull(error: unknown): boolean {
  return isUploadError(error) && error.code === "BACKEND_FULL";
}

/** Whether something is not there any more. */
export function isLost(error: unknown): boolean {
  return isUploadError(error) && error.code === "BACKEND_LOST_UPLOAD";
}

/** Whether the object is there already. */
export function isThere(error: unknown): boolean {
  return isUploadError(error) && error.code === "OBJECT_EXISTS";
}
