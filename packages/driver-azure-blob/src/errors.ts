import { isUploadError, UploadError } from "@stowage/core";

/** Name of the driver in sessions and in errors. */
export const driverName = "azure-blob";

/** What the service said about a request that it did not do. */
export interface Failure {
  readonly status: number;
  /** `x-ms-error-code`; `null`: not the service's words, or none. */
  readonly code: string | null;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
}

type Kind = "throttled" | "unavailable" | "checksum" | "denied" | "full" | "rejected";

/** Codes that say more than their status (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes). */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>(
  Object.entries({
    ServerBusy: "throttled",
    InternalError: "unavailable",
    OperationTimedOut: "unavailable",
    AccountBeingCreated: "unavailable",
    ContainerBeingDeleted: "unavailable",
    ContainerDisabled: "unavailable",
    ContainerNotFound: "unavailable",
    Md5Mismatch: "checksum",
    Crc64Mismatch: "checksum",
    InvalidMd5: "checksum",
    // Wrong keys, and right ones that have run out: an operator mends both, and no upload is lost meanwhile.
    AccountIsDisabled: "denied",
    AuthenticationFailed: "denied",
    AuthorizationFailure: "denied",
    AuthorizationPermissionMismatch: "denied",
    AuthorizationProtocolMismatch: "denied",
    AuthorizationResourceTypeMismatch: "denied",
    AuthorizationServiceMismatch: "denied",
    AuthorizationSourceIPMismatch: "denied",
    InsufficientAccountPermissions: "denied",
    InvalidAuthenticationInfo: "denied",
    NoAuthenticationInformation: "denied",
    PublicAccessNotPermitted: "denied",
    AccountLimitExceeded: "full",
    InsufficientStorage: "full",
  } as const satisfies Readonly<Record<string, Kind>>),
);

function kindOf({ code, status }: Failure): Kind {
  const known = code === null ? undefined : kinds.get(code);
  if (known !== undefined) return known;
  // Not the service's words: of a proxy whose service is away, or of an answer that was cut.
  if (code === null && (status < 300 || status === 404)) return "unavailable";
  if (status === 401 || status === 403) return "denied";
  if (status === 429 || status === 503) return "throttled";
  if (status === 507) return "full";
  if (status === 408 || (status >= 500 && status !== 501)) return "unavailable";
  return "rejected";
}

/** Whether the service says that there is no such blob. A 404 without its code is a proxy's, and says nothing. */
export function isUnknown({ status, code }: Failure): boolean {
  return status === 404 && code !== null && code !== "ContainerNotFound";
}

/** What an error tells of its place. */
export interface ErrorContext {
  /** The service's name of the call. */
  readonly operation: string;
  /** Where the bytes are in the object. */
  readonly offset?: number;
}

/**
 * The one place where the service's refusals become ours. Nothing of its message goes on: it may quote signed texts and names.
 */
export function toUploadError(failure: Failure, { operation, offset = 0 }: ErrorContext): UploadError {
  const { status, code, requestId, retryAfterMs } = failure;
  const request = requestId === null ? "" : `, request ${requestId}`;
  const message = `${operation}: ${code ?? "failed"} (${status}${request})`;
  const driver = driverName;
  const same = { retry: "same" } as const;
  switch (kindOf(failure)) {
    case "throttled": {
      const details = { driver, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
      return new UploadError("BACKEND_THROTTLED", message, details, same);
    }
    case "unavailable":
      return new UploadError("BACKEND_UNAVAILABLE", message, { driver, status }, same);
    case "checksum":
      return new UploadError("CHECKSUM_MISMATCH", message, { offset, algorithm: "md5" }, same);
    case "denied":
      return new UploadError("BACKEND_DENIED", message, { driver }, same);
    case "full":
      return new UploadError("BACKEND_FULL", message, { driver }, same);
    case "rejected": {
      const details = { driver, status, ...(code === null ? {} : { vendorCode: code }) };
      return new UploadError("BACKEND_REJECTED", message, details);
    }
  }
}

/** No answer came: the connection failed, or there was nobody to sign for us. */
export function noAnswer(error: unknown, operation: string): UploadError {
  if (isUploadError(error)) return error;
  const reason = nameOf(error);
  const driver = driverName;
  if (/credential|authentication|token/i.test(reason))
    return new UploadError("BACKEND_DENIED", `${operation}: no credentials`, { driver }, { retry: "same" });
  return new UploadError(
    "BACKEND_UNAVAILABLE",
    `${operation}: ${reason || "no answer"}`,
    { driver },
    { retry: neverSent.has(reason) ? "same" : "after-probe" },
  );
}

/** Nothing of the request can have reached anybody. */
const neverSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** The system's code where there is one (`ECONNRESET`), else the error's name. */
function nameOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return "name" in error && typeof error.name === "string" ? error.name : "";
}

/** Nothing that the upload's receipts name is at the service any more, and neither is its object. */
export function lostUpload(operation: string): UploadError<"BACKEND_LOST_UPLOAD"> {
  const message = `${operation}: the service has none of the upload's blocks`;
  return new UploadError("BACKEND_LOST_UPLOAD", message, { driver: driverName });
}

/** `path` is the object's key: users never see it. */
export function objectExists(key: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", `object ${key} is there already`, { path: key });
}

/** A kind of body or digest that was not declared. */
export function lacks(capability: string, what: string): UploadError<"UNSUPPORTED"> {
  return new UploadError("UNSUPPORTED", `Azure takes no ${what}`, { driver: driverName, capability });
}
