import type { ByteRange, ChunkPlan, DriverCapabilities } from "@stowage/core";

/** How the kit cuts its objects: as small as the driver's limits allow. */
export interface Layout {
  readonly size: number;
  readonly plan: ChunkPlan;
  readonly ranges: readonly ByteRange[];
}

const pleasantSize = 1_000;
/** Beyond it a case would take more memory and time than it tells. */
export const mostBytes = 64 * 1024 * 1024;

/** The smallest part that may stand anywhere, of `pleasantSize` where the limits leave the choice. */
export function partSize({ part }: DriverCapabilities, wish: number = pleasantSize): number {
  const { minSize, maxSize, multipleOf = 1 } = part;
  const size = Math.ceil(Math.max(minSize, Math.min(wish, maxSize), 1) / multipleOf) * multipleOf;
  return size <= maxSize ? size : Math.floor(maxSize / multipleOf) * multipleOf;
}

/** At most `count` parts, all of `each` bytes but the last, which has `last`. */
export function cut(
  capabilities: DriverCapabilities,
  { count = 3, each = partSize(capabilities), last = Math.ceil(each / 3) }: Partial<Cut> = {},
): Layout {
  const most = Math.max(1, Math.floor((capabilities.maxObjectSize ?? Infinity) / each));
  const parts = Math.min(count, capabilities.part.maxCount, most);
  const size = (parts - 1) * each + last;
  const plan = { size, chunkSize: parts === 1 ? size : each, count: parts };
  const ranges = Array.from({ length: parts }, (_, index) => ({
    start: index * each,
    end: Math.min((index + 1) * each, size),
  }));
  return { size, plan, ranges };
}

interface Cut {
  readonly count: number;
  readonly each: number;
  readonly last: number;
}

/** Whether chunks may be cut anywhere: no least size, no step, no uniformity. */
export function isFreeOfGrid({ part }: DriverCapabilities): boolean {
  return part.minSize <= 1 && (part.multipleOf ?? 1) === 1 && part.uniform !== true && part.maxCount >= 4;
}
