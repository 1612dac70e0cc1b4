import { type ChecksumAlgorithm, isUploadError, UploadError } from "@stowage/core";
import type { Failure } from "@stowage/s3-wire";

/** Name of the driver in sessions and in errors. */
export const driverName = "s3";

/** Codes that say more than their status, and what they are of ours. Statuses decide the rest. */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>(
  Object.entries({
    NoSuchUpload: "lost",
    NoSuchBucket: "unavailable",
    SlowDown: "throttled",
    SlowDownRead: "throttled",
    SlowDownWrite: "throttled",
    TooManyRequests: "throttled",
    RequestLimitExceeded: "throttled",
    Throttling: "throttled",
    ThrottlingException: "throttled",
    RequestTimeout: "unavailable",
    RequestTimeTooSkewed: "denied",
    OperationAborted: "unavailable",
    ConditionalRequestConflict: "unavailable",
    InternalError: "unavailable",
    ServiceUnavailable: "unavailable",
    BadDigest: "checksum",
    InvalidDigest: "checksum",
    XAmzContentChecksumMismatch: "checksum",
    // Wrong keys, and right ones that have run out: an operator mends both, and no upload is lost meanwhile.
    AccessDenied: "denied",
    AccountProblem: "denied",
    AllAccessDisabled: "denied",
    AuthorizationHeaderMalformed: "denied",
    ExpiredToken: "denied",
    InvalidAccessKeyId: "denied",
    InvalidToken: "denied",
    SignatureDoesNotMatch: "denied",
    TokenRefreshRequired: "denied",
    QuotaExceeded: "full",
    XMinioStorageFull: "full",
    XMinioAdminBucketQuotaExceeded: "full",
  } as const satisfies Readonly<Record<string, Kind>>),
);

type Kind = "lost" | "throttled" | "unavailable" | "checksum" | "denied" | "full" | "rejected";

function kindOf({ code, status }: Failure): Kind {
  const known = code === null ? undefined : kinds.get(code);
  if (known !== undefined) return known;
  // Not the store's words: of a proxy whose store is away, or of an answer that was cut. What was done is not known.
  if (code === null && (status < 300 || status === 404)) return "unavailable";
  if (status === 401 || status === 403) return "denied";
  if (status === 429 || status === 503) return "throttled";
  if (status === 507) return "full";
  if (status === 408 || (status >= 500 && status !== 501)) return "unavailable";
  return "rejected";
}

/** Whether the store says that it has no such upload or object. A 404 without its document is a proxy's, and says nothing. */
export function isUnknown({ status, code }: Failure): boolean {
  return status === 404 && code !== null && code !== "NoSuchBucket";
}

/** What an error tells of its place. */
export interface ErrorContext {
  /** The vendor's name of the call. */
  readonly operation: string;
  /** Where the bytes are in the object. */
  readonly offset?: number;
  /** What digest was sent along. */
  readonly algorithm?: ChecksumAlgorithm;
  /** The call may have done something, and doing it again is another thing. */
  readonly isOnce?: boolean;
  /** What was sent is all that there is: a digest that differs will differ again. */
  readonly isFinal?: boolean;
}

/**
 * The one place where the store's refusals become ours. Nothing of the vendor's message goes on: it may quote keys, signed
 * texts and ids of uploads.
 */
export function toUploadError(
  failure: Failure,
  { operation, offset = 0, algorithm = "crc32", isOnce = false, isFinal = false }: ErrorContext,
): UploadError {
  const { status, code, requestId, retryAfterMs } = failure;
  const request = requestId === null ? "" : `, request ${requestId}`;
  const message = `${operation}: ${code ?? "failed"} (${status}${request})`;
  const driver = driverName;
  switch (kindOf(failure)) {
    case "lost":
      return new UploadError("BACKEND_LOST_UPLOAD", message, { driver });
    case "throttled":
      return new UploadError(
        "BACKEND_THROTTLED",
        message,
        { driver, ...(retryAfterMs === null ? {} : { retryAfterMs }) },
        { retry: "same" },
      );
    case "unavailable":
      return new UploadError(
        "BACKEND_UNAVAILABLE",
        message,
        { driver, status },
        { retry: isOnce ? "after-probe" : "same" },
      );
    case "checksum":
      return new UploadError(
        "CHECKSUM_MISMATCH",
        message,
        { offset, algorithm },
        { retry: isFinal ? "never" : "same" },
      );
    case "denied":
      return new UploadError("BACKEND_DENIED", message, { driver }, { retry: "same" });
    case "full":
      return new UploadError("BACKEND_FULL", message, { driver }, { retry: "same" });
    case "rejected":
      return new UploadError("BACKEND_REJECTED", message, {
        driver,
        status,
        ...(code === null ? {} : { vendorCode: code }),
      });
  }
}

/** No answer came: the connection failed, or there was nobody to sign for us. */
export function noAnswer(error: unknown, operation: string): UploadError {
  if (isUploadError(error)) return error;
  const reason = nameOf(error);
  if (/credential|token/i.test(reason))
    return new UploadError("BACKEND_DENIED", `${operation}: no credentials`, { driver: driverName }, { retry: "same" });
  return new UploadError(
    "BACKEND_UNAVAILABLE",
    `${operation}: ${reason || "no answer"}`,
    { driver: driverName },
    { retry: neverSent.has(reason) ? "same" : "after-probe", cause: error },
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

/** A list of pages that do not go on. */
export function endlessList(operation: string): UploadError<"BACKEND_REJECTED"> {
  return new UploadError("BACKEND_REJECTED", `${operation}: a list without an end`, {
    driver: driverName,
    status: 200,
  });
}

/** The upload is not at the store any more, and neither is its object. */
export function lostUpload(operation: string): UploadError<"BACKEND_LOST_UPLOAD"> {
  return new UploadError("BACKEND_LOST_UPLOAD", `${operation}: the store does not know the upload`, {
    driver: driverName,
  });
}

/** `path` is the object's key: users never see it. */
export function objectExists(key: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", `object ${key} is there already`, { path: key });
}
