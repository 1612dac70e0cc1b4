import type { Clock } from "../runtime.js";

/** Something to do later, unless it is called off. */
export interface Delayed {
  callOff(): void;
}

/** Delays of one length, on one timer for all: nearly every one is called off long before, and costs two operations on a set. */
export interface Delays {
  /** Runs `action` after the delay, at the latest after one and a half times of it. It must not throw. */
  later(action: () => void): Delayed;
}

/** `ms`: the delay. No timer runs while nothing waits. */
export function delays(clock: Clock, ms: number): Delays {
  const waiting = new Map<Delayed, { readonly since: number; readonly action: () => void }>();
  const never = new AbortController().signal;
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    while (waiting.size > 0) {
      await clock.sleep(ms / 2, never);
      const now = clock.now();
      for (const [delayed, { since, action }] of waiting) {
        // In the order of their beginning, so whatever follows is younger.
        if (now - since < ms) break;
        waiting.delete(delayed);
        action();
      }
    }
    running = false;
  };
  return {
    later: (action) => {
      const delayed = { callOff: () => void waiting.delete(delayed) };
      waiting.set(delayed, { since: clock.now(), action });
      if (!running) void run();
      return delayed;
    },
  };
}
