import { asFailure } from "../failure.js";
import type { UploadFailure } from "../failure.js";
import type { UploadOptions } from "../options.js";
import type { Task } from "../task.js";

/** Longest pause that is not the server's own wish. */
const longestMs = 20_000;

/** What trying again takes of an upload. */
export interface Persisting extends Pick<Task, "control"> {
  readonly options: Pick<UploadOptions, "patienceMs" | "backoffMs" | "onRetry">;
}

/**
 * Does something until it works: waits through pauses, and between attempts as long as the server wishes or else a
 * random time (full jitter) that grows.
 *
 * @throws {UploadFailure} what is not worth another attempt; what the upload ended with; the last one when patience is
 * over, or would be before the server wants to hear of us again
 */
export async function persist<Value>(
  { control, options }: Persisting,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const { round } = control;
  const { patienceMs = 300_000, backoffMs = 500 } = options;
  for (let tries = 0; ; tries += 1) {
    await control.ready();
    const { signal } = control;
    try {
      const value = await work(signal);
      control.patience.reset();
      return value;
    } catch (error) {
      const failure: UploadFailure = asFailure(error);
      // Cut by ourselves: no attempt that failed. `ready` knows whether it was a pause or the end.
      if (signal.aborted) tries = -1;
      else {
        const { retryAfterMs = 0 } = failure;
        if (!failure.retryable || control.patience.spend() + retryAfterMs > patienceMs) throw failure;
        const waitMs = Math.max(retryAfterMs, Math.random() * Math.min(longestMs, backoffMs * 2 ** tries));
        options.onRetry?.(failure, waitMs);
        await control.sleep(waitMs);
      }
      // Another chunk ended this round of the upload.
      if (control.round !== round) throw failure;
    }
  }
}
