import { codes } from "@stowage/cloudreve-wire";
import { UploadError } from "@stowage/core";
import type { NodeReply } from "./node-reply.js";

/** Name of the driver in sessions and in errors. */
export const driverName = "remote";

const details = { driver: driverName };

/** What a refusal may be about, for errors that tell it. */
export interface RefusedCall {
  /** In words: "chunk 3". */
  readonly operation: string;
  readonly key?: string;
  /** Bytes that were sent. */
  readonly range?: { readonly start: number; readonly end: number };
  readonly size?: number;
}

/** Whether the node said yes. */
export function isDone({ envelope }: NodeReply): boolean {
  return envelope?.code === codes.ok;
}

/** The node has no such upload, or not any more. */
export function isUnknown({ cause, envelope }: NodeReply): boolean {
  return envelope?.code === codes.sessionNotFound && cause !== "SESSION_CLOSED";
}

/**
 * The one place where refusals of the node become ours; messages tell status and code, and nothing else of it. The code of
 * a server of ours says more than Cloudreve's number, so it comes first.
 */
export function refusalOf(reply: NodeReply, call: RefusedCall): UploadError {
  const { status, envelope, cause } = reply;
  const code = envelope?.code ?? null;
  const message = `${call.operation}: the node answers ${code === null ? `HTTP ${status}` : `code ${code}`}`;
  return (
    stateRefusal(reply, message) ??
    targetRefusal(reply, call, message) ??
    (code === null || code === codes.failed || code === codes.nodeOffline || status >= 502
      ? new UploadError("BACKEND_UNAVAILABLE", message, { ...details, status }, { retry: "after-probe" })
      : new UploadError("BACKEND_REJECTED", message, { ...details, status, vendorCode: cause || String(code) }))
  );
}

/** About the node, its key or the upload. */
function stateRefusal({ status, envelope, cause, retryAfterMs }: NodeReply, message: string): UploadError | null {
  const code = envelope?.code ?? null;
  if (code !== null && denials.has(code))
    // An operator can mend it without losing the upload.
    return new UploadError("BACKEND_DENIED", `${message}${denials.get(code)}`, details, { retry: "same" });
  if (cause === "SUPERSEDED") return new UploadError("SUPERSEDED", message, { id: "" }, { retry: "same" });
  if (full.has(cause) || code === codes.capacityExceeded || status === 507)
    return new UploadError("BACKEND_FULL", message, details, { retry: "same" });
  if (busy.has(cause) || status === 429) {
    const wait = retryAfterMs === null ? {} : { retryAfterMs };
    return new UploadError("BACKEND_THROTTLED", message, { ...details, ...wait }, { retry: "same" });
  }
  if (code === codes.sessionNotFound) return new UploadError("BACKEND_LOST_UPLOAD", message, details);
  return null;
}

/** About what the upload is to become. */
function targetRefusal({ envelope, cause }: NodeReply, call: RefusedCall, message: string): UploadError | null {
  const code = envelope?.code ?? null;
  const { key = "", range = { start: 0, end: 0 }, size = 0 } = call;
  if (cause === "RANGE_OVERLAP") return new UploadError("RANGE_OVERLAP", message, { range });
  if (code === codes.objectExists || code === codes.pathBusy) return objectExists(key);
  if (code === codes.nameRefused)
    return new UploadError("NAME_REFUSED", message, { name: key, rule: "refused by the node" });
  if (code === codes.fileTooLarge)
    return new UploadError("OBJECT_TOO_LARGE", message, { size, limit: Math.max(0, size - 1) });
  return null;
}

const denials: ReadonlyMap<number, string> = new Map([
  [codes.signatureExpired, ", a signature that has expired: the clocks of node and master differ"],
  [codes.signatureInvalid, ", a signature of another key"],
  [codes.forbidden, ""],
  [codes.unauthorized, ""],
  [codes.versionMismatch, ", another version of the protocol"],
]);
const full: ReadonlySet<string> = new Set(["QUOTA_EXCEEDED", "BACKEND_FULL"]);
const busy: ReadonlySet<string> = new Set(["SESSION_BUSY", "RATE_LIMITED", "BACKEND_THROTTLED", "REVISION_CONFLICT"]);

/** The node does not have, or has no more, what it acknowledged. */
export function lostUpload(reason: string): UploadError<"BACKEND_LOST_UPLOAD"> {
  return new UploadError("BACKEND_LOST_UPLOAD", reason, details);
}

/** `path` is the object's key: users never see it. */
function objectExists(key: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", `object ${key} is there already`, { path: key });
}

/** What is said of a capability that is not declared. */
export function lacks(capability: string): UploadError<"UNSUPPORTED"> {
  return new UploadError("UNSUPPORTED", `a node lacks ${capability}`, { ...details, capability });
}
