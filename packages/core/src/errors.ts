import type { ByteRange, ChecksumAlgorithm } from "./bytes.js";
import type { PartLimits } from "./plan.js";
import type { EpochMs } from "./runtime.js";
import type { SessionStateName } from "./session-states.js";

/** Every code, with the facts that come with it. Adding one is a minor, removing one a major. */
export interface ErrorDetails {
  SESSION_NOT_FOUND: { readonly id: string };
  SESSION_EXISTS: { readonly id: string };
  SESSION_EXPIRED: { readonly id: string; readonly expiredAt: EpochMs };
  SESSION_CLOSED: { readonly id: string; readonly state: SessionStateName };
  REVISION_CONFLICT: { readonly id: string; readonly expected: number };
  SUPERSEDED: { readonly id: string };
  /** Somebody else finishes it, or holds it past all patience. */
  SESSION_BUSY: { readonly id: string; readonly retryAfterMs: number };

  CHUNK_INDEX_INVALID: { readonly index: number; readonly count: number };
  CHUNK_SIZE_MISMATCH: { readonly offset: number; readonly expected: number; readonly actual: number };
  OFFSET_MISMATCH: { readonly expected: number; readonly actual: number };
  RANGE_OVERLAP: { readonly range: ByteRange };
  SIZE_CONFLICT: { readonly declared: number; readonly actual: number };
  CHECKSUM_MISMATCH: { readonly offset: number; readonly algorithm: ChecksumAlgorithm };
  LENGTH_REQUIRED: { readonly offset: number };
  BODY_TRUNCATED: { readonly expected: number; readonly actual: number };
  UPLOAD_INCOMPLETE: { readonly missing: readonly ByteRange[] };

  POLICY_NOT_FOUND: { readonly policyId: string };
  OBJECT_EXISTS: { readonly path: string };
  PATH_BUSY: { readonly path: string; readonly sessionId: string };
  VERSION_CONFLICT: { readonly path: string };
  OBJECT_NOT_FOUND: { readonly key: string };
  ENTRY_NOT_FOUND: { readonly path: string };
  OBJECT_TOO_LARGE: { readonly size: number; readonly limit: number };
  NAME_REFUSED: { readonly name: string; readonly rule: string };
  QUOTA_EXCEEDED: { readonly owner: string; readonly limit: number };
  PLAN_IMPOSSIBLE: { readonly size: number; readonly limits: PartLimits };
  OPTIONS_INVALID: { readonly driver: string; readonly issues: readonly string[] };
  FORBIDDEN: { readonly reason: string };
  /** The owner asks for more at once, or more often, than the operator allows. */
  RATE_LIMITED: { readonly retryAfterMs: number };

  UNSUPPORTED: { readonly driver: string; readonly capability: string };
  BACKEND_UNAVAILABLE: { readonly driver: string; readonly status?: number };
  BACKEND_THROTTLED: { readonly driver: string; readonly retryAfterMs?: number };
  BACKEND_DENIED: { readonly driver: string };
  BACKEND_LOST_UPLOAD: { readonly driver: string };
  /** Disk full, bucket or account at its limit. */
  BACKEND_FULL: { readonly driver: string };
  BACKEND_REJECTED: { readonly driver: string; readonly status: number; readonly vendorCode?: string };

  INTERRUPTED: { readonly reason: string };
  INTERNAL: { readonly operation: string };
}

export type ErrorCode = keyof ErrorDetails;

/** Advice given by whoever knows: the thrower. Callers never guess from a status. */
export type RetryAdvice =
  | "never"
  /** Nothing happened; do the same again. */
  | "same"
  /** It may have happened; ask `probe` or `status` first. */
  | "after-probe";

const brand = Symbol.for("@stowage/UploadError");

/** The one error class. No HTTP status in it; each front-end maps every code in one exhaustive switch. */
export class UploadError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "UploadError";
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  readonly retry: RetryAdvice;

  constructor(
    code: Code,
    message: string,
    details: ErrorDetails[Code],
    options: { readonly retry?: RetryAdvice; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = details;
    this.retry = options.retry ?? "never";
    Object.defineProperty(this, brand, { value: true });
  }
}

/** By brand (`Symbol.for`), not `instanceof`: two copies of the core must still agree. */
export function isUploadError(error: unknown): error is { [Code in ErrorCode]: UploadError<Code> }[ErrorCode] {
  return typeof error === "object" && error !== null && brand in error;
}
