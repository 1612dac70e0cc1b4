const msOf: Readonly<Record<string, bigint>> = {
  ms: 1n,
  s: 1000n,
  m: 60_000n,
  h: 3_600_000n,
  d: 86_400_000n,
  w: 604_800_000n,
};
const largestFirst = ["w", "d", "h", "m", "s", "ms"];
const term = /(\d{1,20})(?:\.(\d{1,20}))? ?(ms|[smhdw])/y;

/**
 * Milliseconds of a duration as people write it: `90s`, `1d12h`, `1.5h`, `500ms`, with spaces or without, larger units
 * first, each once. `null`: not a duration, one without a unit, not a whole number of milliseconds, or over 2^53-1 of them.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  let total = 0n;
  let rank = -1;
  for (let at = 0; at < trimmed.length || rank === -1;) {
    term.lastIndex = at;
    const match = term.exec(trimmed);
    if (match === null) return null;
    const [all, whole = "", fraction = "", unit = ""] = match;
    const found = largestFirst.indexOf(unit);
    const ms = wholeMs(whole, fraction, msOf[unit] ?? 0n);
    if (found <= rank || ms === null) return null;
    rank = found;
    total += ms;
    at += all.length;
    while (trimmed[at] === " ") at++;
  }
  return total > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(total);
}

function wholeMs(whole: string, fraction: string, factor: bigint): bigint | null {
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * factor;
  return scaled % scale === 0n ? scaled / scale : null;
}
