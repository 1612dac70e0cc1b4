import type { CallOptions } from "@stowage/core";

/** At most so many at once; who waits is served in the order of coming. */
export interface Turns {
  /** Takes a turn if one is free; the caller ends it. */
  tryEnter(): boolean;
  /** Waits for one. */
  enter(options: CallOptions): Promise<void>;
  exit(): void;
}

/** Nobody is inside. */
export function turnsOf(most: number): Turns {
  const waiting = new Set<() => void>();
  let inside = 0;
  const tryEnter = (): boolean => {
    if (inside >= most) return false;
    inside++;
    return true;
  };
  return {
    tryEnter,
    enter: ({ signal }) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        if (tryEnter()) return resolve();
        const admit = (): void => {
          signal.removeEventListener("abort", leave);
          resolve();
        };
        const leave = (): void => {
          waiting.delete(admit);
          reject(signal.reason as Error);
        };
        waiting.add(admit);
        signal.addEventListener("abort", leave, { once: true });
      }),
    exit: () => {
      const [next] = waiting;
      if (next === undefined) {
        inside--;
        return;
      }
      // The turn goes from hand to hand.
      waiting.delete(next);
      next();
    },
  };
}
