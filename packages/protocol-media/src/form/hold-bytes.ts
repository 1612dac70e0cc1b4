import { byteBudget } from "@stowage/core";
import type { ByteBudget, CallOptions } from "@stowage/core";

/** Runs work that holds so many bytes in memory, when there is room for them. */
export type HoldBytes = <Value>(bytes: number, options: CallOptions, work: () => Promise<Value>) => Promise<Value>;

/**
 * Chunks are held under the budget of the process, and under half of it: the drivers that they are written with ask for memory
 * while the chunks wait, and would wait for ever if chunks had taken it all. So slow clients of this front-end also leave
 * the other half to everybody else.
 */
export function holdBytes(memory: ByteBudget): HoldBytes {
  const half = byteBudget(Math.floor(memory.total / 2));
  return async (bytes, options, work) => {
    await half.take(bytes, options);
    try {
      await memory.take(bytes, options);
      try {
        return await work();
      } finally {
        memory.give(bytes);
      }
    } finally {
      half.give(bytes);
    }
  };
}
