import type { ErrorCode, ErrorDetails, RetryAdvice } from "@stowage/core";
import type { ProblemFacts } from "./problem.js";

/** The part of an `UploadError` that a problem is made of. Its message stays inside: it may name a backend's host. */
interface Thrown<Code extends ErrorCode> {
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  readonly retry: RetryAdvice;
}

/** A problem but for its code. `retryable` where the thrower's advice does not decide. */
type Row = Omit<ProblemFacts, "code" | "retryable"> & { readonly retryable?: boolean };

/** Every error of the core as a problem. */
export function problemOf(error: { [Code in ErrorCode]: Thrown<Code> }[ErrorCode]): ProblemFacts {
  // A newer copy of the core may throw a code that this table lacks.
  const print = rows[error.code] as ((thrown: Thrown<ErrorCode>) => Row) | undefined;
  const row = print?.(error) ?? { status: 500, title: "the upload failed" };
  return { code: error.code, retryable: error.retry !== "never", ...row };
}

/** What passes by itself, whatever the thrower's advice: the client's own retry is the cure. */
const passing = { retryable: true } as const;

const rows: { readonly [Code in ErrorCode]: (thrown: Thrown<Code>) => Row } = {
  SESSION_NOT_FOUND: () => ({ status: 404, title: "no such session" }),
  SESSION_EXISTS: () => ({ status: 409, title: "the id belongs to a session for another upload" }),
  SESSION_EXPIRED: ({ details: { expiredAt } }) => ({
    status: 410,
    title: "the session has expired",
    details: { expiredAt },
  }),
  SESSION_CLOSED: ({ details: { state } }) => ({
    status: 409,
    title: "the session takes no more bytes",
    details: { state },
  }),
  REVISION_CONFLICT: () => ({ status: 409, title: "the session is changing", ...passing }),
  SUPERSEDED: () => ({ status: 409, title: "a newer request writes the same bytes", ...passing }),
  SESSION_BUSY: ({ details: { retryAfterMs } }) => ({
    status: 409,
    title: "another request finishes the session",
    retryAfterMs,
    ...passing,
  }),

  CHUNK_INDEX_INVALID: ({ details: { index, count } }) => ({
    status: 400,
    title: "no such chunk",
    details: { index, count },
  }),
  CHUNK_SIZE_MISMATCH: ({ details: { offset, expected, actual } }) => ({
    status: 400,
    title: "the body has not the length of the chunk",
    details: { offset, expected, actual },
  }),
  BODY_TRUNCATED: ({ details: { expected, actual } }) => ({
    status: 400,
    title: "the body ended too early",
    details: { expected, actual },
    ...passing,
  }),
  LENGTH_REQUIRED: () => ({ status: 411, title: "the length of the body must be known" }),
  OFFSET_MISMATCH: ({ details: { expected } }) => ({
    status: 409,
    title: "chunks are taken in order here",
    details: { expected },
    ...passing,
  }),
  RANGE_OVERLAP: ({ details: { range } }) => ({
    status: 409,
    title: "other bytes are stored there",
    details: { start: range.start, end: range.end },
  }),
  SIZE_CONFLICT: ({ details: { declared, actual } }) => ({
    status: 409,
    title: "the size differs from the declared one",
    details: { declared, actual },
  }),
  CHECKSUM_MISMATCH: ({ details: { offset, algorithm } }) => ({
    status: 422,
    title: "the checksum differs",
    details: { offset, algorithm },
  }),
  UPLOAD_INCOMPLETE: ({ details: { missing } }) => ({
    status: 409,
    title: "bytes are missing",
    details: { missing: missing.slice(0, mostMissing).map(({ start, end }) => ({ start, end })) },
  }),

  POLICY_NOT_FOUND: () => ({ status: 422, title: "no such storage policy" }),
  OBJECT_EXISTS: ({ details: { path } }) => ({
    status: 409,
    title: "something is at the path already",
    details: { path },
  }),
  PATH_BUSY: ({ details: { path, sessionId } }) => ({
    status: 409,
    title: "an unfinished upload holds the path",
    details: { path, sessionId },
  }),
  VERSION_CONFLICT: () => ({ status: 409, title: "another version of the file is current" }),
  OBJECT_NOT_FOUND: () => ({ status: 404, title: "the content is gone" }),
  ENTRY_NOT_FOUND: () => ({ status: 404, title: "no such file" }),
  OBJECT_TOO_LARGE: ({ details: { limit } }) => ({ status: 413, title: "too large", details: { limit } }),
  NAME_REFUSED: ({ details: { rule } }) => ({ status: 422, title: "the name is refused", details: { rule } }),
  QUOTA_EXCEEDED: ({ details: { limit } }) => ({ status: 413, title: "the quota is used up", details: { limit } }),
  PLAN_IMPOSSIBLE: ({ details: { size } }) => ({
    status: 413,
    title: "too large for the parts that the storage takes",
    details: { size },
  }),
  OPTIONS_INVALID: ({ details: { issues } }) => ({
    status: 400,
    title: "the request is malformed",
    detail: issues.join("; "),
    details: { issues },
  }),
  FORBIDDEN: ({ details: { reason } }) => ({ status: 403, title: "not permitted", detail: reason }),
  RATE_LIMITED: ({ details: { retryAfterMs } }) => ({
    status: 429,
    title: "too much at once",
    retryAfterMs,
    ...passing,
  }),

  UNSUPPORTED: ({ details: { capability } }) => ({
    status: 422,
    title: "not offered by the storage policy",
    details: { capability },
  }),
  BACKEND_UNAVAILABLE: () => ({ status: 503, title: "the storage cannot be reached", ...passing }),
  BACKEND_THROTTLED: ({ details: { retryAfterMs } }) => ({
    status: 503,
    title: "the storage is busy",
    retryAfterMs: retryAfterMs ?? 1000,
    ...passing,
  }),
  BACKEND_DENIED: () => ({ status: 502, title: "the storage denied us access", ...passing }),
  BACKEND_LOST_UPLOAD: () => ({ status: 410, title: "the storage lost the upload" }),
  BACKEND_FULL: () => ({ status: 507, title: "the storage is full", ...passing }),
  BACKEND_REJECTED: () => ({ status: 502, title: "the storage refused the bytes" }),

  // A body that breaks off is the client's; all other interruptions are ours.
  INTERRUPTED: ({ details: { reason } }) => ({
    status: reason === "body" ? 400 : 503,
    title: "the request broke off",
    ...passing,
  }),
  INTERNAL: () => ({ status: 500, title: "internal error", ...passing }),
};

/** A client that sends these asks again. */
const mostMissing = 1000;
