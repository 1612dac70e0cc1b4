import { causeField } from "@stowage/cloudreve-wire";
import { UploadError } from "@stowage/core";
import { driverName } from "../errors.js";

type Fields = Readonly<Record<string, string>>;

const missing: ReadonlySet<string> = new Set(["ENTRY_NOT_FOUND", "OBJECT_NOT_FOUND"]);

/** Whether the node says that it has no such file; one of Cloudreve says HTTP 400 for everything. */
export function isMissing(status: number, headers: Fields): boolean {
  return status === 404 || missing.has(headers[causeField] ?? "");
}

/** A refusal of bytes, which comes as an HTTP status and without an envelope. */
export function contentRefusal(status: number, headers: Fields, operation: string): UploadError {
  const details = { driver: driverName };
  const message = `${operation}: the node answers HTTP ${status}`;
  // Nodes say 400 to a signature that is wrong or has expired; a HEAD has no code that would tell. Whatever else it is has a cause.
  if (status === 401 || status === 403 || (status === 400 && headers[causeField] === undefined))
    return new UploadError("BACKEND_DENIED", message, details, { retry: "same" });
  if (status === 429 || status === 503)
    return new UploadError("BACKEND_THROTTLED", message, details, { retry: "same" });
  if (status >= 500) return new UploadError("BACKEND_UNAVAILABLE", message, { ...details, status }, { retry: "same" });
  return new UploadError("BACKEND_REJECTED", message, { ...details, status });
}
