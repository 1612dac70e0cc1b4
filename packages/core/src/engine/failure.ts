import { isUploadError, UploadError } from "../errors.js";

/** Anything thrown, as an `UploadError`: what is none was a bug or a platform's error, kept as the cause. */
export function toUploadError(error: unknown, operation: string): UploadError {
  if (isUploadError(error)) return error;
  return new UploadError("INTERNAL", `${operation} failed`, { operation }, { retry: "after-probe", cause: error });
}

/** What every call of the public interface throws is an `UploadError`. */
export async function typed<Value>(operation: string, call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    throw toUploadError(error, operation);
  }
}

/** What may pass, whatever advice came with it: giving a whole upload up for one of these would be for good. */
const passing: ReadonlySet<string> = new Set([
  "BACKEND_UNAVAILABLE",
  "BACKEND_THROTTLED",
  "BACKEND_DENIED",
  "BACKEND_FULL",
  "POLICY_NOT_FOUND",
  "REVISION_CONFLICT",
  "SUPERSEDED",
  "INTERRUPTED",
  "INTERNAL",
]);

/** Whether a completion that threw this can never succeed. */
export function isPermanent(error: UploadError): boolean {
  return error.retry === "never" && !passing.has(error.code);
}
