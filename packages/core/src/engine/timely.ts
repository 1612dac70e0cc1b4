import { UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { EngineContext } from "./context.js";
import { over } from "./over.js";

/**
 * Runs work that nobody waits for with a signal that aborts when it takes too long, and waits no longer than that, whether
 * the work obeys the signal or not.
 *
 * @throws {UploadError} `INTERRUPTED`, and what the work throws
 */
export async function timely<Value>(
  context: EngineContext,
  work: (options: CallOptions) => Promise<Value>,
  options: CallOptions,
  ms: number = context.timing.rescueMs + context.timing.joinMs,
): Promise<Value> {
  const ended = new AbortController();
  const late = new AbortController();
  const stop = (): void => late.abort(options.signal.reason);
  options.signal.addEventListener("abort", stop, { once: true });
  const tooLate = context.runtime.clock.sleep(ms, ended.signal).then(() => {
    const error = new UploadError(
      "INTERRUPTED",
      "the backend took too long",
      { reason: "too late" },
      { retry: "same" },
    );
    if (!ended.signal.aborted) late.abort(error);
    throw error;
  });
  tooLate.catch(() => {});
  try {
    return await Promise.race([work({ signal: late.signal }), tooLate]);
  } finally {
    options.signal.removeEventListener("abort", stop);
    ended.abort(over);
  }
}
