import { UploadError } from "@stowage/core";
import type { StoreReply } from "./store-api.js";

/** Name of the driver in sessions and in errors. */
export const driverName = "image-store";

/** Codes of the family that decide what the driver does. */
export const fabricCodes = {
  badRange: "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE",
  badSession: "FABRIC_E_INVALID_UPLOAD_SESSION_ID",
} as const;

/** The one place where refusals of the server become ours; messages tell status and codes, and nothing else of it. */
export function refusalOf({ status, code, cause, retryAfterMs }: StoreReply, operation: string): UploadError {
  const details = { driver: driverName };
  const message = `${operation}: ${status} ${code || "without a code"}`;
  if (cause === "SUPERSEDED") return new UploadError("SUPERSEDED", message, { id: "" });
  if (cause === "QUOTA_EXCEEDED" || status === 507)
    return new UploadError("BACKEND_FULL", message, details, { retry: "same" });
  if (code === fabricCodes.badSession) return new UploadError("BACKEND_LOST_UPLOAD", message, details);
  // An operator can mend it without losing the upload.
  if (status === 401 || status === 403) return new UploadError("BACKEND_DENIED", message, details, { retry: "same" });
  if (status === 429 || status === 503) {
    const wait = retryAfterMs === null ? {} : { retryAfterMs };
    return new UploadError("BACKEND_THROTTLED", message, { ...details, ...wait }, { retry: "same" });
  }
  if (status === 408 || status >= 500)
    return new UploadError("BACKEND_UNAVAILABLE", message, { ...details, status }, { retry: "after-probe" });
  const vendorCode = code === "" ? {} : { vendorCode: code };
  return new UploadError("BACKEND_REJECTED", message, { ...details, status, ...vendorCode });
}

/** The server does not have, or has no more, what it acknowledged. */
export function lostUpload(reason: string): UploadError<"BACKEND_LOST_UPLOAD"> {
  return new UploadError("BACKEND_LOST_UPLOAD", reason, { driver: driverName });
}

/** `path` is the object's key: users never see it. */
export function objectExists(key: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", `object ${key} is there already`, { path: key });
}

/** What is said of a capability that is not declared. */
export function lacks(capability: string): UploadError<"UNSUPPORTED"> {
  return new UploadError("UNSUPPORTED", `an image store lacks ${capability}`, { driver: driverName, capability });
}
