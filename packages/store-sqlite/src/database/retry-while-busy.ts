import type { Clock } from "@stowage/core";
import { isBusy } from "./failure.js";

const patienceMs = 10_000;
const longestPauseMs = 8;
const forever = new AbortController().signal;

/**
 * Does it again while another process holds the write lock, with pauses outside of the loop; gives up after ten seconds
 * of pauses with the error of the last attempt. The pauses differ at random, so that two processes do not keep step.
 */
export async function retryWhileBusy<T>(clock: Clock, attempt: () => T | Promise<T>): Promise<T> {
  for (let waited = 0, longest = 1; ; longest = Math.min(longest * 2, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || waited >= patienceMs) throw error;
    }
    const pause = Math.ceil(Math.random() * longest);
    waited += pause;
    // The clock's own timers let a process end that has nothing else to do; a write that waits is something to do.
    const held = setInterval(() => {}, patienceMs);
    await clock.sleep(pause, forever).finally(() => clearInterval(held));
  }
}
