import { isUploadError } from "@stowage/core";
import type { Logger } from "@stowage/core";

/**
 * Writes a failure to the log, under the id that the answer bears. What is no `UploadError` is a bug, and its message
 * may say anything: only its kind and place are written.
 */
export function reportFailure(log: Logger, requestId: string | undefined, error: unknown): void {
  if (!isUploadError(error)) {
    log.error({ requestId, ...placeOf(error) }, "a request of the media API failed");
    return;
  }
  const { code, message } = error;
  if (code === "INTERNAL") {
    log.error({ requestId, code, message, cause: placeOf(error.cause) }, "a request of the media API failed");
  } else if (code.startsWith("BACKEND_")) {
    log.warn({ requestId, code, message }, "a backend failed a request of the media API");
  } else {
    log.debug({ requestId, code }, "a request of the media API was refused");
  }
}

function placeOf(error: unknown): Readonly<Record<string, unknown>> {
  if (typeof error !== "object" || error === null) return { error: typeof error };
  const { name, code, stack } = error as Partial<Record<"name" | "code" | "stack", unknown>>;
  const frames = typeof stack === "string" ? stack.split("\n").filter((line) => /^\s+at /.test(line)) : [];
  return {
    error: typeof name === "string" ? name : "unknown",
    ...(typeof code === "string" ? { code } : {}),
    at: frames.slice(0, 12).map((line) => line.trim()),
  };
}
