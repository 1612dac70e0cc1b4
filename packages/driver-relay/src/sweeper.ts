import type { RelayContext } from "./relay-upload.js";

/** Between two looks at the spool. Milliseconds. */
const restMs = 3_600_000;
/** After its time an upload may still be completed, or given up again. Milliseconds. */
const graceMs = 24 * 3_600_000;

/**
 * Removes what late writers left of uploads whose time is over: with the first upload of a process, and now and then.
 * Runs in the background; what fails is tried again the next time.
 */
export function sweeper({ settings, runtime }: RelayContext): () => void {
  let sweptAt = -Infinity;
  return () => {
    const now = runtime.clock.now();
    if (now - sweptAt < restMs) return;
    sweptAt = now;
    settings.spool.sweep(now - graceMs).then(
      (removed) => {
        if (removed > 0) runtime.log.info({ removed }, "relay: pieces of uploads whose time is over were removed");
      },
      (error: unknown) => runtime.log.warn({ error: String(error) }, "relay: the spool could not be swept"),
    );
  };
}
