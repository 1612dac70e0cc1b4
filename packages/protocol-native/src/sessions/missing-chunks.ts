import type { ByteRange, ChunkPlan, IndexRange } from "@stowage/core";

/**
 * Ranges of chunk indices that hold a missing byte, joined where they touch; at most `most`, the first ones. The one
 * chunk of an empty file has no byte that could be missing.
 */
export function missingChunks(plan: ChunkPlan, missing: readonly ByteRange[], most: number): readonly IndexRange[] {
  const found: { start: number; end: number }[] = [];
  for (const range of missing) {
    const start = Math.floor(range.start / plan.chunkSize);
    const end = Math.ceil(range.end / plan.chunkSize);
    const last = found.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else if (found.length === most) return found;
    else found.push({ start, end });
  }
  return found;
}
