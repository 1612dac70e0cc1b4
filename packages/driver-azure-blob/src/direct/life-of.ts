import type { EpochMs } from "@stowage/core";
import { blockLifeMs } from "../limits.js";

/** The longest that a grant lives: blocks that wait longer than this are gone. */
export const mostLifeMs = blockLifeMs;

/** When a URL ends that is signed now: whole seconds, at least one, and no later than wished or than seven days. */
export function lifeOf(now: EpochMs, wished: EpochMs): EpochMs {
  const end = Math.floor(Math.min(wished, now + mostLifeMs) / 1000) * 1000;
  return Math.max(end, Math.ceil((now + 1000) / 1000) * 1000);
}
