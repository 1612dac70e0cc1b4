import { UploadError } from "@stowage/core";

/**
 * How an object is laid on parts of the inner backend. Stored in the handle as it is, so that other options, limits or
 * releases change nothing of an upload that is open.
 */
export type Grid = EvenGrid | GrowingGrid | WholeGrid;

/** The size is known: all cells have `chunkSize` bytes but the last. */
export interface EvenGrid {
  readonly kind: "even";
  readonly size: number;
  readonly chunkSize: number;
  /** 1 for an empty object. */
  readonly count: number;
}

/** The size is not known: `perStep` cells of each size, one after the other. */
export interface GrowingGrid {
  readonly kind: "growing";
  readonly perStep: number;
  readonly sizes: readonly number[];
}

/** The size is not known and the inner driver wants it: nothing goes there before it is. */
export interface WholeGrid {
  readonly kind: "whole";
}

/** One part of the inner backend. `end` is where the object ends, if that is nearer. */
export interface Cell {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The cell that holds a byte. `size`: of the object, `null` while nobody knows it.
 *
 * @throws {UploadError} `OBJECT_TOO_LARGE` beyond the last cell
 */
export function cellAt(grid: Grid, size: number | null, offset: number): Cell {
  if (grid.kind === "whole") return { index: 0, start: 0, end: size ?? Infinity };
  if (grid.kind === "even") {
    const { chunkSize, count } = grid;
    const index = chunkSize === 0 ? 0 : Math.min(Math.floor(offset / chunkSize), count - 1);
    return { index, start: index * chunkSize, end: Math.min((index + 1) * chunkSize, grid.size) };
  }
  let start = 0;
  for (const [step, cellSize] of grid.sizes.entries()) {
    const place = Math.floor((offset - start) / cellSize);
    if (place < grid.perStep) {
      const from = start + place * cellSize;
      return { index: step * grid.perStep + place, start: from, end: Math.min(from + cellSize, size ?? Infinity) };
    }
    start += grid.perStep * cellSize;
  }
  throw new UploadError("OBJECT_TOO_LARGE", `over ${start} bytes`, { size: offset + 1, limit: start });
}

/** All cells of an object, in order; none of an empty one. */
export function cellsOf(grid: Grid, size: number): readonly Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at < size;) {
    const cell = cellAt(grid, size, at);
    cells.push(cell);
    at = cell.end;
  }
  return cells;
}
