import { type DriverCapabilities, type PartLimits, planChunks } from "@stowage/core";
import type { EvenGrid, Grid, GrowingGrid } from "./grid.js";

/** What the operator wishes; in bytes. */
export interface GridWish {
  readonly cell: number;
  /** What an upload of unknown length may grow to where all parts must have one size. */
  readonly unknownSize: number;
}

const steps = 16;

/**
 * The grid of a new upload, within the inner driver's limits.
 *
 * @throws {UploadError} `PLAN_IMPOSSIBLE` where the size fits into no grid
 */
export function makeGrid(size: number | null, wish: GridWish, inner: DriverCapabilities): Grid {
  if (size !== null) return evenGrid(size, wish, inner);
  return inner.deferredSize === true ? growingGrid(wish, inner) : { kind: "whole" };
}

/** As many cells of the wished size as the object needs; larger ones where the backend takes fewer. */
export function evenGrid(size: number, { cell }: GridWish, { part }: Pick<DriverCapabilities, "part">): EvenGrid {
  const plan = planChunks(size, cell, part);
  return { kind: "even", size, chunkSize: plan.chunkSize, count: plan.count };
}

/**
 * Small cells first, as most uploads are small, doubling after each sixteenth of the parts that there may be; in the last
 * step as large as the backend takes them.
 */
function growingGrid(
  { cell, unknownSize }: GridWish,
  { part, maxObjectSize = Infinity }: DriverCapabilities,
): GrowingGrid {
  const { maxCount, uniform } = part;
  if (uniform === true) {
    const needed = Math.ceil(Math.min(unknownSize, maxObjectSize) / maxCount);
    return { kind: "growing", perStep: maxCount, sizes: [fitted(Math.max(cell, needed), part)] };
  }
  const count = Math.min(steps, maxCount);
  const sizes = Array.from({ length: count }, (_, step) =>
    fitted(step === count - 1 ? part.maxSize : cell * 2 ** step, part),
  );
  return { kind: "growing", perStep: Math.floor(maxCount / count), sizes };
}

/** Bytes of a part that may stand anywhere. */
function fitted(wish: number, { minSize, maxSize, multipleOf = 1 }: PartLimits): number {
  const up = Math.ceil(Math.max(wish, minSize, 1) / multipleOf) * multipleOf;
  return Math.min(up, Math.floor(maxSize / multipleOf) * multipleOf);
}
