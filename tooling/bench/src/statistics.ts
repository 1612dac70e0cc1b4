/** The middle one, or the mean of the two in the middle; `null` of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/**
 * The median of the ratios of values of the same round: whatever slows a machine for a while slows both. Rounds that lack
 * one of the two are left out; `null` where no round has both.
 */
export function pairedRatio(values: readonly (number | null)[], bases: readonly (number | null)[]): number | null {
  return median(
    values.flatMap((value, round) => {
      const base = bases[round] ?? null;
      return value === null || base === null || base === 0 ? [] : [value / base];
    }),
  );
}
