import { createHash, randomUUID } from "node:crypto";

/** Random decisions that a seed repeats. */
export interface Chance {
  readonly seed: string;
  /** From 0 up to but not including `below`. */
  below(below: number): number;
  shuffled<Item>(items: readonly Item[]): Item[];
}

/** `STOWAGE_CRASH_SEED` repeats a run that failed; its decisions, not the speed of the machine. */
export function chance(seed: string = process.env["STOWAGE_CRASH_SEED"] ?? randomUUID()): Chance {
  let drawn = 0;
  const below = (limit: number): number => {
    const digest = createHash("sha256").update(`${seed} ${drawn++}`).digest();
    return Math.floor((digest.readUIntBE(0, 6) / 2 ** 48) * limit);
  };
  return {
    seed,
    below,
    shuffled: (items) => {
      const left = [...items];
      return items.flatMap(() => left.splice(below(left.length), 1));
    },
  };
}
