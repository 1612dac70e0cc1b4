import { setMaxListeners } from "node:events";
import type { CallOptions } from "@stowage/core";

/** Nobody waits after the signal. What the work rejects with later is nobody's. */
export function orAborted<Value>(work: Promise<Value>, { signal }: CallOptions): Promise<Value> {
  // One signal may stand for all requests of a server, which is no leak.
  setMaxListeners(0, signal);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}
