import { isUploadError, UploadError } from "@stowage/core";

// Primary result codes, https://www.sqlite.org/rescode.html
const perm = 3;
const busy = 5;
const locked = 6;
const noMemory = 7;
const readOnly = 8;
const ioError = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const auth = 23;
const notDatabase = 26;

const driver = "sqlite";

/** Another connection holds the write lock, or a crash is being recovered: wait and do the same again. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === busy || code === locked;
}

/**
 * Every failure of SQLite and of the file system as a typed error; an `UploadError` passes unchanged. `wasSent`: a COMMIT
 * failed, so the change may be there after all (its frames may be in the log although their flush failed). Whatever an
 * operator may mend can be done again, so that no upload is given up for a full disk.
 */
export function toUploadError(error: unknown, operation: string, wasSent = false): UploadError {
  if (isUploadError(error)) return error as UploadError;
  const fact = `${operation}: ${messageOf(error)}`;
  const again = { retry: wasSent ? "after-probe" : "same", cause: error } as const;
  const unsure = { retry: "after-probe", cause: error } as const;
  switch (primaryCode(error) ?? systemCode(error)) {
    case full:
    case "ENOSPC":
    case "EDQUOT":
      return new UploadError("BACKEND_FULL", fact, { driver }, again);
    case perm:
    case readOnly:
    case auth:
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new UploadError("BACKEND_DENIED", fact, { driver }, again);
    case busy:
    case locked:
    case noMemory:
    case cannotOpen:
    case "EMFILE":
    case "ENFILE":
      return new UploadError("BACKEND_UNAVAILABLE", fact, { driver }, again);
    case ioError:
    case corrupt:
    case "EIO":
      return new UploadError("BACKEND_UNAVAILABLE", fact, { driver }, unsure);
    case notDatabase:
    case "EEXIST":
    case "ENOTDIR":
    case "EISDIR":
      return new UploadError("BACKEND_UNAVAILABLE", fact, { driver }, { cause: error });
    default:
      return new UploadError("INTERNAL", fact, { operation }, unsure);
  }
}

function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : "unknown failure";
}

/** `rawCode` is extended (the low byte is the primary code); a failed open tells its code only at the end of its message. */
function primaryCode(error: unknown): number | null {
  if (typeof error !== "object" || error === null) return null;
  if ("rawCode" in error && typeof error.rawCode === "number") return error.rawCode & 0xff;
  const told = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(messageOf(error))?.[1];
  return told === undefined ? null : Number(told) & 0xff;
}

function systemCode(error: unknown): string | null {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
}
