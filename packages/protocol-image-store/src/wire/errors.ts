import type { ByteRange, ErrorCode, ErrorDetails } from "@stowage/core";
import type { FabricFailure } from "./fabric-error.js";

/** The part of an `UploadError` that clients hear of. Its message stays inside: it may name a backend's host. */
interface Thrown<Code extends ErrorCode> {
  readonly code: Code;
  readonly details: ErrorDetails[Code];
}

type Row = Omit<FabricFailure, "cause">;

/**
 * Every error of the core as a FabricError. Stock clients repeat 5xx for two minutes, so only what may pass by itself
 * is one.
 */
export function fabricErrorOf(error: { [Code in ErrorCode]: Thrown<Code> }[ErrorCode]): FabricFailure {
  // A newer copy of the core may throw a code that this table lacks.
  const print = rows[error.code] as ((details: ErrorDetails[ErrorCode]) => Row) | undefined;
  return { cause: error.code, ...(print?.(error.details) ?? row(500, "E_FAIL", "the upload failed")) };
}

const rows: { readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => Row } = {
  SESSION_NOT_FOUND: () => row(404, badSession, "there is no such upload session"),
  SESSION_EXISTS: () => row(409, "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT", "the session id belongs to another upload"),
  SESSION_EXPIRED: () => row(400, badSession, "the upload session has expired; take a new id"),
  SESSION_CLOSED: ({ state }) => row(400, badSession, `the upload session is ${state}; take a new id`),
  REVISION_CONFLICT: () => row(503, busy, "the upload session is changing"),
  SUPERSEDED: () => row(409, "E_ABORT", "a newer request writes the same bytes"),
  SESSION_BUSY: ({ retryAfterMs }) => ({ ...row(503, busy, "the upload session is busy"), retryAfterMs }),

  CHUNK_INDEX_INVALID: () => row(400, invalid, "there is no such chunk"),
  CHUNK_SIZE_MISMATCH: ({ expected, actual }) =>
    row(400, invalid, `the body has ${actual} bytes where its range has ${expected}`),
  OFFSET_MISMATCH: ({ expected }) => row(400, badRange, `chunks are taken in order here: byte ${expected} is next`),
  RANGE_OVERLAP: ({ range }) =>
    row(400, badRange, `bytes ${printRange(range)} are there, and differ or were cut otherwise`),
  SIZE_CONFLICT: ({ declared }) => row(400, invalid, `the session is for a file of ${declared} bytes`),
  CHECKSUM_MISMATCH: () => row(400, invalid, "the checksum differs"),
  LENGTH_REQUIRED: () => row(411, invalid, "Content-Length is needed"),
  BODY_TRUNCATED: ({ expected, actual }) => row(400, invalid, `the body ended after ${actual} of ${expected} bytes`),
  UPLOAD_INCOMPLETE: ({ missing }) => row(400, invalid, `bytes are missing: ${printRanges(missing)}`),

  POLICY_NOT_FOUND: () => row(403, denied, "there is no storage policy that you may use"),
  OBJECT_EXISTS: () => row(409, taken, "the path is a folder, or lies under a file"),
  PATH_BUSY: () => row(409, taken, "an unfinished upload holds the path"),
  VERSION_CONFLICT: () => row(409, taken, "another version of the file is current"),
  OBJECT_NOT_FOUND: () => row(404, notFound, "the content is gone"),
  ENTRY_NOT_FOUND: () => row(404, notFound, "there is no such content"),
  OBJECT_TOO_LARGE: ({ limit }) => row(413, tooLarge, `at most ${limit} bytes are taken`),
  NAME_REFUSED: ({ rule }) => row(400, invalid, `the path is refused: ${rule}`),
  QUOTA_EXCEEDED: ({ limit }) => row(413, tooLarge, `the quota of ${limit} bytes is used up`),
  PLAN_IMPOSSIBLE: () => row(413, tooLarge, "larger than the storage takes"),
  OPTIONS_INVALID: ({ issues }) => row(400, invalid, issues.join("; ")),
  FORBIDDEN: () => row(403, denied, "not permitted"),
  RATE_LIMITED: ({ retryAfterMs }) => ({ ...row(503, busy, "too much at once"), retryAfterMs }),

  UNSUPPORTED: ({ capability }) => row(400, "E_NOTIMPL", `the storage policy does not offer ${capability}`),
  BACKEND_UNAVAILABLE: () => row(504, "FABRIC_E_COMMUNICATION_ERROR", "the storage cannot be reached"),
  BACKEND_THROTTLED: ({ retryAfterMs = 1000 }) => ({ ...row(503, busy, "the storage is busy"), retryAfterMs }),
  BACKEND_DENIED: () => row(503, "FABRIC_E_NOT_READY", "the storage denied us access"),
  BACKEND_LOST_UPLOAD: () => row(400, badSession, "the storage lost the upload; take a new id"),
  BACKEND_FULL: () => row(507, "E_FAIL", "the storage is full"),
  BACKEND_REJECTED: () => row(500, "E_FAIL", "the storage refused the bytes"),

  INTERRUPTED: ({ reason }) => interrupted(reason),
  INTERNAL: () => row(500, "E_FAIL", "internal error"),
};

const invalid = "E_INVALIDARG";
const denied = "E_ACCESSDENIED";
const badSession = "FABRIC_E_INVALID_UPLOAD_SESSION_ID";
const badRange = "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE";
const notFound = "FABRIC_E_FILE_NOT_FOUND";
const taken = "FABRIC_E_NAME_ALREADY_EXISTS";
const tooLarge = "FABRIC_E_VALUE_TOO_LARGE";
const busy = "FABRIC_E_SERVICE_TOO_BUSY";

/** Most ranges that a message names; `GetUploadSession` has them all. */
const mostNamed = 20;

function row(status: number, code: string, message: string): Row {
  return { status, code, message };
}

/** Reasons that are on the sender's side: it broke off, went, or fell silent. */
const clientsOwn: ReadonlySet<string> = new Set(["body", "client", "idle"]);

function interrupted(reason: string): Row {
  if (reason === "timeout") return row(504, "FABRIC_E_TIMEOUT", "the request took longer than its timeout");
  if (clientsOwn.has(reason)) return row(400, "E_ABORT", "the body broke off");
  return row(503, "FABRIC_E_NOT_READY", "the request broke off");
}

function printRanges(ranges: readonly ByteRange[]): string {
  const rest = ranges.length > mostNamed ? `, and ${ranges.length - mostNamed} more ranges` : "";
  return ranges.slice(0, mostNamed).map(printRange).join(", ") + rest;
}

/** Inclusive, as the protocol counts. */
function printRange({ start, end }: ByteRange): string {
  return `${start}-${end - 1}`;
}
