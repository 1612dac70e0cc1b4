import { asFailure } from "../failure.js";
import type { UploadFailure } from "../failure.js";
import type { Task } from "../task.js";

/** Longest pause that is not the server's own wish. */
const longestMs = 20_000;

/**
 * Does something until it works: waits through pauses, and between attempts as long as the server wishes or else a
 * random time (full jitter) that grows.
 *
 * @throws {UploadFailure} what is not worth another attempt; what the upload ended with; the last one when patience is over
 */
export async function persist<Value>(
  { control, options }: Pick<Task, "control" | "options">,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const { round } = control;
  const { patienceMs = 300_000, backoffMs = 500 } = options;
  for (let tries = 0; ; tries += 1) {
    await control.ready();
    const { signal } = control;
    try {
      const value = await work(signal);
      control.succeeded();
      return value;
    } catch (error) {
      const failure: UploadFailure = asFailure(error);
      // Cut by ourselves: no attempt that failed. `ready` knows whether it was a pause or the end.
      if (signal.aborted) tries = -1;
      else if (!failure.retryable || control.fruitless > patienceMs) throw failure;
      else {
        const most = Math.min(longestMs, backoffMs * 2 ** tries);
        const waitMs = Math.max(failure.retryAfterMs ?? 0, Math.random() * most);
        options.onRetry?.(failure, waitMs);
        await control.sleep(waitMs);
      }
      // Another chunk ended this round of the upload.
      if (control.round !== round) throw failure;
    }
  }
}
