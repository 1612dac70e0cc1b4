import type { EpochMs } from "@stowage/core";
import { blockLifeMs } from "../limits.js";

/**
 * The longest that a grant lives: blocks that wait longer than a week are gone. Less by ten minutes, as the service lends a
 * key to sign with for a week at most, which a clock that is ahead of its, and the next grant's, must come out with.
 */
export const mostLifeMs = blockLifeMs - 10 * 60_000;

/** When a URL ends that is signed now: whole seconds, at least one, and no later than wished or than seven days. */
export function lifeOf(now: EpochMs, wished: EpochMs): EpochMs {
  const end = Math.floor(Math.min(wished, now + mostLifeMs) / 1000) * 1000;
  return Math.max(end, Math.ceil((now + 1000) / 1000) * 1000);
}
