import { isUploadError, UploadError } from "@stowage/core";

/** Name of the driver in sessions and in errors. */
export const driverName = "local";

/** The system's error code (`ENOENT`); empty where it has none. By property, as the class may be another realm's. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/**
 * The one place where the file system's errors become ours. Positional writes, links and removals can be done
 * again, so whatever an operator may mend or time may heal says `same`; messages name no path.
 */
export function toUploadError(error: unknown, operation: string): UploadError {
  if (isUploadError(error)) return error;
  const code = codeOf(error);
  const message = `${operation}: ${code || "failed"}`;
  const details = { driver: driverName };
  const again = { retry: "same", cause: error } as const;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    // The file is larger than the file system, or a limit of the process, allows.
    case "EFBIG":
      return new UploadError("BACKEND_FULL", message, details, again);
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "EXDEV":
      return new UploadError("BACKEND_DENIED", message, details, again);
    // Opened with O_NOFOLLOW: a symbolic link lies where a file of ours should.
    case "ELOOP":
      return new UploadError("BACKEND_DENIED", message, details, { cause: error });
    case "ENAMETOOLONG":
      return new UploadError(
        "NAME_REFUSED",
        message,
        { name: "", rule: "too long for the file system" },
        { cause: error },
      );
    // Every verb looks first, so this is a race with somebody who removes folders, or unmounts them: the next attempt
    // looks again, and knows more.
    case "ENOENT":
    case "EMFILE":
    case "ENFILE":
    case "EIO":
    case "EBUSY":
    case "ESTALE":
    case "ETIMEDOUT":
    case "EAGAIN":
    case "ENOMEM":
      return new UploadError("BACKEND_UNAVAILABLE", message, details, again);
    default:
      return new UploadError("INTERNAL", message, { operation }, again);
  }
}

/** The part file is not the one that the receipts are of, or the upload is over. */
export function lostUpload(reason: string): UploadError<"BACKEND_LOST_UPLOAD"> {
  return new UploadError("BACKEND_LOST_UPLOAD", reason, { driver: driverName });
}

/** The root's folders were there and are not now: its disk is not mounted. Nothing can be said of any upload. */
export function rootGone(): UploadError<"BACKEND_UNAVAILABLE"> {
  return new UploadError("BACKEND_UNAVAILABLE", "the root is gone", { driver: driverName }, { retry: "same" });
}

/** Something that we did not make lies in the root. */
export function intruder(reason: string): UploadError<"BACKEND_DENIED"> {
  return new UploadError("BACKEND_DENIED", reason, { driver: driverName });
}

/** `path` is the object's key: users never see it. */
export function objectExists(key: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", `object ${key} is there already`, { path: key });
}
