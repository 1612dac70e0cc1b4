import type { ErrorCode, ErrorDetails, RetryAdvice } from "@stowage/core";
import type { Failure } from "./envelope.js";
import { printUri } from "./uri.js";

/** The part of an `UploadError` that a code is chosen by. Its message stays inside: it may name a backend's host. */
interface Thrown<Code extends ErrorCode> {
  readonly code: Code;
  readonly details: ErrorDetails[Code];
  readonly retry: RetryAdvice;
}

/**
 * Every error of the core in Cloudreve's numbers.
 *
 * The web client gives a chunk four attempts and then throws the half-finished upload away, unless the code
 * was -1. So whatever the same chunk may get over when it comes again later answers -1 with a message, and
 * every other code means that it never will.
 */
export function failureOf(error: { [Code in ErrorCode]: Thrown<Code> }[ErrorCode]): Failure {
  // A newer copy of the core may throw a code that this table lacks.
  const print = failures[error.code] as ((thrown: Thrown<ErrorCode>) => Failure) | undefined;
  return print?.(error) ?? { code: -1, msg: "the upload failed" };
}

const failures: { readonly [Code in ErrorCode]: (thrown: Thrown<Code>) => Failure } = {
  SESSION_NOT_FOUND: () => ({ code: 40011, msg: "upload session not found" }),
  SESSION_EXPIRED: () => ({ code: 40011, msg: "upload session has expired" }),
  SESSION_CLOSED: ({ details: { state } }) => ({ code: 40011, msg: `upload session is ${state}` }),
  SESSION_EXISTS: () => ({ code: -1, msg: "upload session is being made, try again" }),
  REVISION_CONFLICT: () => ({ code: -1, msg: "upload session is changing, try again" }),
  SUPERSEDED: () => ({ code: -1, msg: "a newer request writes the same chunk" }),
  SESSION_BUSY: ({ details: { retryAfterMs } }) => ({
    code: -1,
    msg: "upload is being finished by another request, try again",
    retryAfterMs,
  }),

  CHUNK_INDEX_INVALID: ({ details: { index, count } }) => ({
    code: 40012,
    msg: `invalid chunk index ${index}: the upload has ${count}, counted from 0`,
  }),
  CHUNK_SIZE_MISMATCH: ({ details: { expected, actual } }) => wrongLength(expected, actual),
  BODY_TRUNCATED: ({ details: { expected, actual } }) => wrongLength(expected, actual),
  LENGTH_REQUIRED: () => ({ code: 40013, msg: "Content-Length or X-Expected-Entity-Length is needed" }),
  OFFSET_MISMATCH: ({ details: { expected } }) => ({
    code: -1,
    msg: `chunk came before its turn: chunks are taken in order here, byte ${expected} is next`,
  }),
  RANGE_OVERLAP: ({ details: { range } }) => ({
    code: 40001,
    msg: `bytes ${range.start} to ${range.end} are stored already, and differ`,
  }),
  SIZE_CONFLICT: ({ details: { declared, actual } }) => ({
    code: 40055,
    msg: `size differs: ${declared} bytes declared, ${actual} found`,
  }),
  CHECKSUM_MISMATCH: ({ details: { algorithm }, retry }) =>
    retry === "never"
      ? { code: 40001, msg: `checksum differs (${algorithm})` }
      : { code: -1, msg: `checksum differs (${algorithm}), send the bytes again` },
  UPLOAD_INCOMPLETE: ({ details: { missing } }) => ({
    code: 40055,
    msg: `upload is incomplete: ${missing.length} ranges are missing`,
  }),

  POLICY_NOT_FOUND: () => ({ code: 40035, msg: "storage policy not found" }),
  OBJECT_EXISTS: ({ details: { path } }) => ({ code: 40004, msg: `${printUri(path)} exists` }),
  PATH_BUSY: ({ details: { path, sessionId } }) => ({
    code: 40073,
    msg: `another upload to ${printUri(path)} is unfinished`,
    // The token that the client sends to DELETE /file/lock when its user wants the path all the same.
    data: [{ path: printUri(path), token: sessionId, type: 0, owner: { application: { type: "upload" } } }],
  }),
  VERSION_CONFLICT: () => ({ code: 40076, msg: "file has changed: another version is current" }),
  OBJECT_NOT_FOUND: () => ({ code: 40044, msg: "file content not found" }),
  ENTRY_NOT_FOUND: ({ details: { path } }) => ({
    code: 40016,
    msg: path.startsWith("/") ? `${printUri(path)} does not exist` : "file does not exist",
  }),
  OBJECT_TOO_LARGE: ({ details: { limit } }) => ({ code: 40049, msg: `file too large: at most ${limit} bytes` }),
  NAME_REFUSED: ({ details: { rule } }) => ({ code: 40052, msg: `name refused: ${rule}` }),
  QUOTA_EXCEEDED: ({ details: { limit } }) => ({ code: 40051, msg: `insufficient capacity: ${limit} bytes in all` }),
  PLAN_IMPOSSIBLE: ({ details: { size } }) => ({
    code: 40049,
    msg: `file too large: ${size} bytes do not fit into the parts that the storage takes`,
  }),
  OPTIONS_INVALID: ({ details: { issues } }) => ({ code: 40001, msg: `bad parameters: ${issues.join("; ")}` }),
  FORBIDDEN: ({ details: { reason } }) => ({ code: 403, msg: `not permitted: ${reason}` }),

  RATE_LIMITED: ({ details: { retryAfterMs } }) => ({
    code: -1,
    msg: "too many requests at the moment, try again",
    retryAfterMs,
  }),

  UNSUPPORTED: ({ details: { capability } }) => ({ code: 403, msg: `not offered here: ${capability}` }),
  BACKEND_UNAVAILABLE: () => ({ code: -1, msg: "storage cannot be reached at the moment, try again" }),
  BACKEND_THROTTLED: ({ details: { retryAfterMs } }) => ({
    code: -1,
    msg: "storage is busy, try again",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }),
  BACKEND_DENIED: () => ({ code: -1, msg: "storage denied us access, tell the operator and try again" }),
  BACKEND_FULL: () => ({ code: -1, msg: "storage is full, tell the operator and try again" }),
  BACKEND_LOST_UPLOAD: () => ({ code: 40011, msg: "storage lost the upload, start it again" }),
  BACKEND_REJECTED: ({ retry }) =>
    retry === "never"
      ? { code: 50004, msg: "storage refused the bytes" }
      : { code: -1, msg: "storage failed at the moment, try again" },

  INTERRUPTED: () => ({ code: -1, msg: "the request broke off" }),
  INTERNAL: () => ({ code: -1, msg: "internal error" }),
};

function wrongLength(expected: number, actual: number): Failure {
  return { code: 40013, msg: `invalid Content-Length: expected ${expected} bytes, got ${actual}` };
}
