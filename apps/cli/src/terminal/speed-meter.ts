/** Longer than a chunk takes on most lines, short enough to show a change. */
const windowMs = 5_000;
/** Nothing is told of less. */
const leastMs = 300;

/** A moving average. Times are milliseconds of any clock that goes forward. */
export interface SpeedMeter {
  /** So many bytes in all by now. */
  add(total: number, now: number): void;
  /** Bytes for each second; `null` while too little is known. */
  speed(now: number): number | null;
}

/** Over the last seconds; a line that stands still falls to 0 in that time. */
export function speedMeter(): SpeedMeter {
  let samples: { readonly total: number; readonly at: number }[] = [];
  return {
    add: (total, now) => {
      const last = samples.at(-1);
      // Many small steps come at once; the latest of them stands for them all.
      if (last !== undefined && samples.length > 1 && now - last.at < 50) samples.pop();
      samples.push({ total, at: now });
      const old = samples.findLastIndex(({ at }) => now - at >= windowMs);
      if (old > 0) samples = samples.slice(old);
    },
    speed: (now) => {
      const last = samples.at(-1);
      const first = samples.findLast(({ at }) => now - at >= windowMs) ?? samples[0];
      if (first === undefined || last === undefined || now - first.at < leastMs) return null;
      return (last.total - first.total) / ((now - first.at) / 1000);
    },
  };
}
