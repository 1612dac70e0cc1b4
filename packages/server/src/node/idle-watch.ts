import type { Clock } from "@stowage/core";

/** Who waits for the other end of a connection. */
export interface Waiting {
  /** Waited too long; said once for each wait. */
  readonly expire: () => void;
}

/** One timer for all connections: a wait costs two operations on a map. */
export interface IdleWatch {
  /** Begins a wait; a new one for the same `Waiting` starts over. */
  start(waiting: Waiting): void;
  stop(waiting: Waiting): void;
}

/** Waits expire after `idleMs` and before one and a quarter of it. */
export function idleWatch(clock: Clock, idleMs: number): IdleWatch {
  const since = new Map<Waiting, number>();
  const never = new AbortController().signal;
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    while (since.size > 0) {
      await clock.sleep(Math.max(1, Math.ceil(idleMs / 4)), never);
      const now = clock.now();
      for (const [waiting, at] of since) {
        // In order of their beginning: who comes after the first young one is younger.
        if (now - at < idleMs) break;
        since.delete(waiting);
        waiting.expire();
      }
    }
    running = false;
  };
  return {
    start: (waiting) => {
      since.delete(waiting);
      since.set(waiting, clock.now());
      if (!running) void run();
    },
    stop: (waiting) => void since.delete(waiting),
  };
}
