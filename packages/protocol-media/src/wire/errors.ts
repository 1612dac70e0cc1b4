import type { ErrorCode, ErrorDetails, RetryAdvice } from "@stowage/core";
import type { Failure } from "./failure.js";

/** The part of an `UploadError` that an answer is made of. Its message stays inside: it may name a backend's host. */
interface Thrown<Code extends ErrorCode> {
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  readonly retry: RetryAdvice;
}

/** A failure but for its code. `retryable` where the thrower's advice does not decide. */
type Row = Omit<Failure, "code" | "retryable"> & { readonly retryable?: boolean };

/** Every error of the core as an answer. */
export function failureOf(error: { [Code in ErrorCode]: Thrown<Code> }[ErrorCode]): Failure {
  // A newer copy of the core may throw a code that this table lacks.
  const print = rows[error.code] as ((thrown: Thrown<ErrorCode>) => Row) | undefined;
  const row = print?.(error) ?? { status: 500, message: "the upload failed" };
  return { code: error.code, retryable: error.retry !== "never", ...row };
}

/** What passes by itself, whatever the thrower's advice: the client's own retry is the cure. */
const passing = { retryable: true } as const;
/** How long a client waits where the thrower does not say. */
const soonMs = 1000;

const rows: { readonly [Code in ErrorCode]: (thrown: Thrown<Code>) => Row } = {
  SESSION_NOT_FOUND: () => ({ status: 404, message: "no such upload" }),
  SESSION_EXISTS: () => ({ status: 409, message: "the upload is there already" }),
  SESSION_EXPIRED: () => ({ status: 410, message: "the upload has expired" }),
  SESSION_CLOSED: ({ details: { state } }) => ({
    status: 410,
    message: "the upload takes no more bytes",
    details: { state },
  }),
  REVISION_CONFLICT: () => ({ status: 409, message: "the upload is changing", ...passing }),
  SUPERSEDED: () => ({ status: 409, message: "a newer request writes the same bytes", ...passing }),
  SESSION_BUSY: ({ details: { retryAfterMs } }) => ({
    status: 409,
    message: "another request holds the upload",
    retryAfterMs,
    ...passing,
  }),

  CHUNK_INDEX_INVALID: () => ({ status: 400, message: "no such chunk" }),
  CHUNK_SIZE_MISMATCH: ({ details: { expected, actual } }) => ({
    status: 400,
    message: "the file part has not the length of its Content-Range",
    details: { expected, actual },
  }),
  BODY_TRUNCATED: ({ details: { expected, actual } }) => ({
    status: 400,
    message: "the body ended too early",
    details: { expected, actual },
    ...passing,
  }),
  LENGTH_REQUIRED: () => ({ status: 411, message: "the length must be known" }),
  OFFSET_MISMATCH: ({ details: { expected } }) => ({
    status: 416,
    message: "chunks are taken in order",
    offset: String(expected),
  }),
  RANGE_OVERLAP: () => ({ status: 409, message: "other bytes are stored there" }),
  SIZE_CONFLICT: () => ({ status: 400, message: "the total differs from that of the first chunk" }),
  CHECKSUM_MISMATCH: () => ({ status: 400, message: "the checksum differs", ...passing }),
  UPLOAD_INCOMPLETE: ({ details: { missing } }) => ({
    status: 409,
    message: "chunks are missing",
    offset: String(missing[0]?.start ?? 0),
  }),

  POLICY_NOT_FOUND: () => ({ status: 403, message: "no storage policy takes it" }),
  OBJECT_EXISTS: () => ({ status: 409, message: "something is at its path already" }),
  PATH_BUSY: () => ({ status: 409, message: "an unfinished upload holds its path" }),
  VERSION_CONFLICT: () => ({ status: 409, message: "another version of the file is current" }),
  OBJECT_NOT_FOUND: () => ({ status: 410, message: "the content is gone" }),
  ENTRY_NOT_FOUND: () => ({ status: 404, message: "no such media" }),
  OBJECT_TOO_LARGE: ({ details: { limit } }) => ({ status: 413, message: "too large", details: { limit } }),
  NAME_REFUSED: ({ details: { rule } }) => ({ status: 400, message: "the name is refused", details: { rule } }),
  QUOTA_EXCEEDED: ({ details: { limit } }) => ({ status: 413, message: "the quota is used up", details: { limit } }),
  PLAN_IMPOSSIBLE: () => ({ status: 413, message: "too large for the parts that the storage takes" }),
  OPTIONS_INVALID: ({ details: { issues } }) => ({
    status: 400,
    message: "the request is malformed",
    details: { issues },
  }),
  FORBIDDEN: () => ({ status: 403, message: "not permitted" }),
  RATE_LIMITED: ({ details: { retryAfterMs } }) => ({
    status: 429,
    message: "too much at once",
    retryAfterMs,
    ...passing,
  }),

  // The operator's policy cannot take chunks as this protocol sends them; no other request would fare better.
  UNSUPPORTED: ({ details: { capability } }) => ({
    status: 501,
    message: "not offered by the storage policy",
    details: { capability },
  }),
  BACKEND_UNAVAILABLE: () => ({
    status: 503,
    message: "the storage cannot be reached",
    retryAfterMs: soonMs,
    ...passing,
  }),
  BACKEND_THROTTLED: ({ details: { retryAfterMs } }) => ({
    status: 503,
    message: "the storage is busy",
    retryAfterMs: retryAfterMs ?? soonMs,
    ...passing,
  }),
  BACKEND_DENIED: () => ({ status: 502, message: "the storage denied us access", ...passing }),
  BACKEND_LOST_UPLOAD: () => ({ status: 410, message: "the storage lost the upload" }),
  BACKEND_FULL: () => ({ status: 507, message: "the storage is full", ...passing }),
  BACKEND_REJECTED: () => ({ status: 502, message: "the storage refused the bytes" }),

  // A body that breaks off is the client's; all other interruptions are ours.
  INTERRUPTED: ({ details: { reason } }) => ({
    ...(clientsOwn.has(reason) ? { status: 400 } : { status: 503, retryAfterMs: soonMs }),
    message: "the request broke off",
    ...passing,
  }),
  INTERNAL: () => ({ status: 500, message: "internal error", ...passing }),
};

/** Reasons that are on the sender's side: it went, fell silent, or sent what cannot be read to its end. */
const clientsOwn: ReadonlySet<string> = new Set(["body", "client", "idle"]);
