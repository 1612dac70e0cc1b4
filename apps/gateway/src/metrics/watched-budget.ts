import type { ByteBudget } from "@stowage/core";

/** A budget that can be looked into. */
export interface WatchedBudget extends ByteBudget {
  /** Bytes that are taken now; may be over `total` where one request alone is. */
  used(): number;
  /** Calls of `take` that wait. */
  waiting(): number;
}

/** Counts what goes in and out of a budget; the budget itself is as it was. */
export function watchedBudget(inner: ByteBudget): WatchedBudget {
  let used = 0;
  let waiting = 0;
  return {
    total: inner.total,
    used: () => used,
    waiting: () => waiting,
    tryTake: (bytes) => {
      const isTaken = inner.tryTake(bytes);
      if (isTaken) used += bytes;
      return isTaken;
    },
    take: async (bytes, options) => {
      waiting += 1;
      try {
        await inner.take(bytes, options);
        used += bytes;
      } finally {
        waiting -= 1;
      }
    },
    give: (bytes) => {
      used -= bytes;
      inner.give(bytes);
    },
  };
}
