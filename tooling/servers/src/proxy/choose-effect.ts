import type { ProxyEffect, ProxyRule } from "./proxy-rule.js";

/** Tells of each request what goes wrong with it; `null`: nothing. Of several rules the first that hits counts. */
export type ChooseEffect = (method: string, url: string) => ProxyEffect | null;

/** Rules with counts of their own. The same seed and requests in the same order: the same effects. */
export function effectChooser(rules: readonly ProxyRule[], seed: number): ChooseEffect {
  const random = seededRandom(seed);
  const counted = rules.map((rule) => ({ rule, count: 0 }));
  return (method, url) => {
    let chosen: ProxyEffect | null = null;
    for (const entry of counted) {
      const { rule } = entry;
      if ((rule.method ?? method) !== method || !url.includes(rule.contains ?? "")) continue;
      entry.count += 1;
      const draw = random();
      const hits = (rule.requests?.includes(entry.count) ?? true) && draw < (rule.chance ?? 1);
      if (hits) chosen ??= rule.effect;
    }
    return chosen;
  };
}

/** Numbers from 0 up to 1: mulberry32, 32 bits of state. */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
