import { isUploadError, UploadError } from "@stowage/core";
import { driverName } from "../../errors.js";

/** The system's error code (`ENOENT`); empty where it has none. By property, as the class may be another realm's. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/** The one place where the file system's errors become ours; messages name no path. Whatever time may heal says `same`. */
export function toUploadError(error: unknown, operation: string): UploadError {
  if (isUploadError(error)) return error;
  const code = codeOf(error);
  const message = `spool, ${operation}: ${code || "failed"}`;
  const details = { driver: driverName };
  const again = { retry: "same", cause: error } as const;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new UploadError("BACKEND_FULL", message, details, again);
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ELOOP":
      return new UploadError("BACKEND_DENIED", message, details, again);
    default:
      return new UploadError("BACKEND_UNAVAILABLE", message, details, again);
  }
}

/** Runs file calls of one operation. */
export async function mapped<Value>(operation: string, calls: () => Promise<Value>): Promise<Value> {
  try {
    return await calls();
  } catch (error) {
    throw toUploadError(error, operation);
  }
}

/** `null` where a file or folder is not there. */
export async function unlessMissing<Value>(call: Promise<Value>): Promise<Value | null> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
