import { isUploadError } from "../errors.js";
import type { Logger } from "../runtime.js";

/** Under which id an answer went out, and by which front-end (`Protocol.name`). */
export interface FailedRequest {
  readonly requestId: string | undefined;
  readonly protocol: string;
}

/**
 * Writes what a front-end caught to the log, where the operator finds it by the id of the answer. What is no
 * `UploadError` is a bug, and its message may say anything: only its kind and place are written.
 */
export function reportFailure(log: Logger, request: FailedRequest, error: unknown): void {
  if (!isUploadError(error)) {
    log.error({ ...request, ...placeOf(error) }, "a request failed");
    return;
  }
  const { code, message } = error;
  if (code === "INTERNAL") {
    log.error({ ...request, code, message, cause: placeOf(error.cause) }, "a request failed");
  } else if (code.startsWith("BACKEND_")) {
    log.warn({ ...request, code, message }, "a backend failed a request");
  } else {
    log.debug({ ...request, code }, "a request was refused");
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
