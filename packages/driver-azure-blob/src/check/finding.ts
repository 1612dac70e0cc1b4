import { type CheckFinding, isUploadError } from "@stowage/core";

/** Uploads fail until it is mended. */
export function broken(subject: string, message: string, mend: string): CheckFinding {
  return { severity: "error", subject, message, mend };
}

/** Uploads work; something else suffers. */
export function doubtful(subject: string, message: string, mend: string): CheckFinding {
  return { severity: "warning", subject, message, mend };
}

/** What went wrong, in a finding's words. */
export function reasonOf(error: unknown): string {
  return isUploadError(error) ? error.message : String(error);
}
