import type { UploadTarget } from "@stowage/core";
import { mostBlockBytes, mostBlocks } from "../limits.js";

const mib = 1024 * 1024;

/** Held in memory for each body, whatever the budget says. */
export const leastBlock = 256 * 1024;

/** Of bodies that are cut: two are held, one that is sent and one that is filled. */
const usualBlock = 4 * mib;

/** A usual chunk is one call. */
const mostAtOnce = 8 * mib;

/** Blocks beyond this are not held but pass through, once. */
export const mostHeld = 32 * mib;

/** Of an upload of unknown length a block is at least this part of what lies before it. */
const growing = mostBlocks / 8;

/** How a body is cut into blocks, in bytes. */
export interface BlockSizes {
  /** Smaller ones, but a body's last, could use up the object's number of blocks. */
  readonly least: number;
  readonly wanted: number;
}

/**
 * A pure function of what is uploaded and where the block begins, so that the blocks of all chunks together are few enough
 * whoever writes them. In a plan each chunk has its share of the number. Without one half of the number is left for the
 * ends of bodies; and where the length is unknown blocks grow with the offset.
 *
 * @param budget bytes of memory that all uploads share
 * @param whole bytes of the body; `null`: nobody knows
 */
export function blockSizes(
  target: Pick<UploadTarget, "size" | "plan">,
  offset: number,
  budget: number,
  whole: number | null,
): BlockSizes {
  const least = Math.min(Math.max(leastBlock, neededFor(target, offset)), mostBlockBytes);
  const wish = whole !== null && whole <= mostAtOnce ? whole : usualBlock;
  return { least, wanted: Math.max(least, Math.min(wish, Math.floor(budget / 2))) };
}

function neededFor({ plan, size }: Pick<UploadTarget, "size" | "plan">, offset: number): number {
  if (plan !== null) return Math.ceil(plan.chunkSize / Math.max(1, Math.floor(mostBlocks / plan.count)));
  if (size !== null) return Math.ceil(size / (mostBlocks / 2));
  return Math.ceil(offset / growing);
}

/** The largest object without a plan, in bytes: its blocks, of which half may be ends, have to be held. About 800 GiB. */
export const mostUnplanned = (mostBlocks / 2) * mostHeld;

/** The largest offset where the length is unknown, in bytes: about 195 GiB. Up to there 36,600 blocks at most, and ends. */
export const mostUnsized = growing * mostHeld;
