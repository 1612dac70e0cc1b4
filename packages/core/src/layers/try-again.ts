import { isUploadError, type UploadError } from "../errors.js";
import type { CallOptions, Clock } from "../runtime.js";

const attempts = 4;
const firstWaitMs = 100;
/** A store that asks for a longer rest gets it from whoever called. */
const mostWaitMs = 5_000;

/**
 * Does again what failed in passing, up to four times in all, after waits that grow and are random (full jitter). For work
 * that is the same when done twice: a part that a driver holds.
 */
export async function tryAgain<Value>(
  clock: Clock,
  { signal }: CallOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || attempt === attempts || !isUploadError(error)) throw error;
      const waitMs = waitAfter(error, attempt);
      if (waitMs === null) throw error;
      await clock.sleep(waitMs, signal, true);
      if (signal.aborted) throw signal.reason;
    }
  }
}

/** `null`: no use. */
function waitAfter(error: UploadError, attempt: number): number | null {
  const jitter = Math.random() * firstWaitMs * 2 ** (attempt - 1);
  if (error.code === "BACKEND_UNAVAILABLE") return jitter;
  if (error.code === "CHECKSUM_MISMATCH" && attempt === 1) return 0;
  if (error.code !== "BACKEND_THROTTLED") return null;
  const { retryAfterMs = 0 } = error.details as { readonly retryAfterMs?: number };
  return retryAfterMs > mostWaitMs ? null : Math.max(retryAfterMs, jitter);
}
