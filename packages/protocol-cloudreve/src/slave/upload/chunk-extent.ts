import type { ByteRange } from "@stowage/core";

/** The bytes of one chunk of an upload whose chunks are all of `chunkSize` but the last (0: one chunk); `null`: no such chunk. */
export function chunkExtent(size: number, chunkSize: number, index: number): ByteRange | null {
  const step = stepOf(size, chunkSize);
  const start = index * step;
  if (index > 0 && start >= size) return null;
  return { start, end: Math.min(start + step, size) };
}

/** How many chunks an upload has; an empty one has one. */
export function chunkCount(size: number, chunkSize: number): number {
  return Math.max(1, Math.ceil(size / stepOf(size, chunkSize)));
}

/** Half-open ranges of the indexes of chunks of which any byte is missing. */
export function missingChunks(
  size: number,
  chunkSize: number,
  missing: readonly ByteRange[],
): readonly (readonly [start: number, end: number])[] {
  if (size === 0) return [[0, 1]];
  const step = stepOf(size, chunkSize);
  const ranges: [number, number][] = [];
  for (const { start, end } of missing) {
    const [first, next] = [Math.floor(start / step), Math.ceil(end / step)];
    const last = ranges.at(-1);
    if (last !== undefined && first <= last[1]) last[1] = Math.max(last[1], next);
    else ranges.push([first, next]);
  }
  return ranges;
}

function stepOf(size: number, chunkSize: number): number {
  return chunkSize === 0 ? Math.max(size, 1) : chunkSize;
}
