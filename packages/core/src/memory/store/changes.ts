/** Who waits for the next change of which session. */
export interface Changes {
  /** Resolves at the next `wake` of this id, or when the signal aborts; never rejects. */
  next(id: string, signal: AbortSignal): Promise<void>;
  wake(id: string): void;
}

/** Costs nothing while nobody waits. */
export function changes(): Changes {
  const waiting = new Map<string, Set<() => void>>();
  return {
    next: (id, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const waiters = waiting.get(id) ?? new Set();
        const done = (): void => {
          signal.removeEventListener("abort", done);
          waiters.delete(done);
          if (waiters.size === 0 && waiting.get(id) === waiters) waiting.delete(id);
          resolve();
        };
        waiters.add(done);
        waiting.set(id, waiters);
        signal.addEventListener("abort", done, { once: true });
      }),
    wake: (id) => {
      for (const done of waiting.get(id) ?? []) done();
    },
  };
}
