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

/** Whether a completion that threw this can never succeed. */
export function isPermanent(error: UploadError): boolean {
  return (
    error.retry === "never" &&
    error.code !== "REVISION_CONFLICT" &&
    error.code !== "SUPERSEDED" &&
    error.code !== "INTERRUPTED"
  );
}
