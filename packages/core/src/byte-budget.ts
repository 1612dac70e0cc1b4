import type { ByteBudget } from "./runtime.js";

interface Waiter {
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * A budget of `total` bytes; waiters are served first come, first served, so that nobody starves. A request
 * for more than the whole budget is served when nothing else is taken.
 */
export function byteBudget(total: number): ByteBudget {
  let taken = 0;
  const waiters: Waiter[] = [];
  const fits = (bytes: number): boolean => taken === 0 || taken + bytes <= total;
  const serve = (): void => {
    for (let next = waiters[0]; next !== undefined && fits(next.bytes); next = waiters[0]) {
      waiters.shift();
      taken += next.bytes;
      next.start();
    }
  };
  const tryTake = (bytes: number): boolean => {
    if (waiters.length > 0 || !fits(bytes)) return false;
    taken += bytes;
    return true;
  };
  return {
    total,
    tryTake,
    take: (bytes, { signal }) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        if (tryTake(bytes)) return resolve();
        const waiter: Waiter = { bytes, start: () => (signal.removeEventListener("abort", leave), resolve()) };
        const leave = (): void => {
          waiters.splice(waiters.indexOf(waiter), 1);
          reject(signal.reason as Error);
          serve();
        };
        signal.addEventListener("abort", leave, { once: true });
        waiters.push(waiter);
      }),
    give: (bytes) => {
      taken -= bytes;
      serve();
    },
  };
}
