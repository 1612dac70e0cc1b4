import type { ByteRange } from "./bytes.js";
import { UploadError } from "./errors.js";
import type { ChunkPlan, PartLimits } from "./plan.js";

/**
 * Cuts an object of known size: the wished chunk size (0 = one chunk), moved into the backend's limits.
 *
 * @throws {UploadError} `PLAN_IMPOSSIBLE` where no chunk size fits
 */
export function planChunks(size: number, wish: number, limits: PartLimits): ChunkPlan {
  const step = limits.multipleOf ?? 1;
  const up = (bytes: number): number => Math.ceil(bytes / step) * step;
  const down = (bytes: number): number => Math.floor(bytes / step) * step;
  // The last part may be smaller than `minSize` and no multiple, so one chunk takes whatever fits into a part.
  const one = { size, chunkSize: size, count: 1 };
  if (wish === 0 && size <= limits.maxSize) return one;
  const needed = Math.max(limits.minSize, up(Math.ceil(size / limits.maxCount)), 1);
  const chunkSize = Math.min(Math.max(up(wish === 0 ? limits.maxSize : wish), up(needed)), down(limits.maxSize));
  if (size <= chunkSize) return one;
  if (chunkSize < 1 || chunkSize < limits.minSize || size > chunkSize * limits.maxCount) {
    if (size <= limits.maxSize) return one;
    throw new UploadError(
      "PLAN_IMPOSSIBLE",
      `${size} bytes do not fit into ${limits.maxCount} parts of at most ${limits.maxSize}`,
      { size, limits },
    );
  }
  return { size, chunkSize, count: Math.ceil(size / chunkSize) };
}

/**
 * The extent of a chunk.
 *
 * @throws {UploadError} `CHUNK_INDEX_INVALID`
 */
export function chunkAt(plan: ChunkPlan, index: number): ByteRange {
  if (!Number.isInteger(index) || index < 0 || index >= plan.count) {
    throw new UploadError("CHUNK_INDEX_INVALID", `chunk ${index}: the upload has ${plan.count}`, {
      index,
      count: plan.count,
    });
  }
  const start = index * plan.chunkSize;
  return { start, end: Math.min(start + plan.chunkSize, plan.size) };
}

/** The index of the chunk that starts at an offset; `null` where none does. */
export function chunkIndexAt(plan: ChunkPlan, offset: number): number | null {
  if (plan.count === 1) return offset === 0 ? 0 : null;
  const index = offset / plan.chunkSize;
  return Number.isInteger(index) && index >= 0 && index < plan.count ? index : null;
}
