import { platform } from "../platform.js";

/** What may count between two failures: a machine that slept, or whose clock was set, was not in vain all the time. */
const mostStepMs = 60_000;

/** Milliseconds spent in vain, since the first failure after what worked last: a long body that broke off once is one failure. */
export interface Patience {
  /** Something worked. */
  readonly reset: () => void;
  /** Something did not work. Returns what is spent by now. */
  readonly spend: () => number;
}

/** Nothing spent. */
export function makePatience(): Patience {
  let spent = 0;
  let failedAt = Infinity;
  return {
    reset: () => {
      spent = 0;
      failedAt = Infinity;
    },
    spend: () => {
      const now = Date.now();
      // Not known in Node; a browser without a network waits for it without limit.
      if (platform.navigator?.onLine !== false) spent += Math.max(0, Math.min(now - failedAt, mostStepMs));
      failedAt = now;
      return spent;
    },
  };
}
