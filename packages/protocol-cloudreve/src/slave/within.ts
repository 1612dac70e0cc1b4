import type { Clock } from "@stowage/core";
import { UploadError } from "@stowage/core";

/**
 * Runs what ends when its signal aborts, which it does after so long or with the signal given.
 *
 * @throws {UploadError} `BACKEND_UNAVAILABLE` where it took too long, and what `work` throws
 */
export async function within<Value>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const late = new AbortController();
  const over = new AbortController();
  void clock.sleep(ms, over.signal).then(() => {
    if (!over.signal.aborted)
      late.abort(new UploadError("BACKEND_UNAVAILABLE", `no answer within ${ms} ms`, { driver: "http" }));
  });
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    over.abort();
  }
}
