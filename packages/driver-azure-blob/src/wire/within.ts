import type { CallOptions } from "@stowage/core";

/**
 * Work with a signal that also aborts when it takes longer than `ms`. Not by the runtime's clock, whose `sleep` a test may let
 * return at once; and not by `AbortSignal.timeout`, whose timers stay until they are due.
 */
export async function within<Value>(
  ms: number,
  { signal }: CallOptions,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ms);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
