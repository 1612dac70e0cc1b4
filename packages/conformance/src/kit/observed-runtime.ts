import { byteBudget, type Runtime } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";

/** The runtime that a subject is made with, and what it did with it. */
export interface ObservedRuntime {
  readonly runtime: Runtime;
  /** Bytes of the memory budget that are taken and not given back. */
  takenBytes(): number;
}

const budgetBytes = 64 * 1024 * 1024;

/** The runtime of Node programs, with a memory budget that counts. */
export function observedRuntime(): ObservedRuntime {
  const budget = byteBudget(budgetBytes);
  let taken = 0;
  const memory: Runtime["memory"] = {
    total: budget.total,
    tryTake: (bytes) => {
      const isTaken = budget.tryTake(bytes);
      if (isTaken) taken += bytes;
      return isTaken;
    },
    take: async (bytes, options) => {
      await budget.take(bytes, options);
      taken += bytes;
    },
    give: (bytes) => {
      taken -= bytes;
      budget.give(bytes);
    },
  };
  return { runtime: nodeRuntime({ memory }), takenBytes: () => taken };
}
