import { type Chunk, chunkAt, chunkIndexAt, type PartLimits, UploadError, type UploadTarget } from "@stowage/core";

/**
 * The number of a chunk's part, from 1: its place in the plan, or its index among the cells of whoever cuts without one.
 * Where nobody counts, the least part's size is the grid: as no part but the last is smaller, no two share a number.
 *
 * @throws {UploadError} `OFFSET_MISMATCH`, `CHUNK_INDEX_INVALID`
 */
export function partNumber(
  { plan }: Pick<UploadTarget, "plan">,
  { offset, index }: Pick<Chunk, "offset" | "index">,
  { minSize, maxCount }: PartLimits,
): number {
  const number = 1 + (plan === null ? (index ?? Math.floor(offset / minSize)) : plannedIndex(plan, offset, index));
  if (number <= maxCount) return number;
  throw new UploadError("CHUNK_INDEX_INVALID", `part ${number} of at most ${maxCount}`, {
    index: number - 1,
    count: maxCount,
  });
}

function plannedIndex(plan: NonNullable<UploadTarget["plan"]>, offset: number, index: number | null): number {
  const place = index ?? chunkIndexAt(plan, offset);
  if (place !== null && chunkAt(plan, place).start === offset) return place;
  const expected = place === null ? Math.floor(offset / plan.chunkSize) * plan.chunkSize : chunkAt(plan, place).start;
  throw new UploadError("OFFSET_MISMATCH", `no chunk begins at ${offset}`, { expected, actual: offset });
}
