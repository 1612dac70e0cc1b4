import type { Json } from "@stowage/core";
import { lostUpload } from "./errors.js";
import type { Grid } from "./grid/grid.js";

/** What is stored with a session. */
export interface RelayHandle {
  readonly version: 1;
  readonly grid: Grid;
  /** The inner driver's handle. `null` with the grid `whole`: the inner upload begins at completion. */
  readonly inner: Json;
  /** Another one after each fence: letters and digits in names of notes. */
  readonly epoch: string;
}

/** Before any fence. */
export const firstEpoch = "0";

/** As the engine stores it. */
export function printHandle({ version, grid, inner, epoch }: RelayHandle): Json {
  return { version, grid: printGrid(grid), inner, epoch };
}

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` for what is no handle of ours */
export function parseHandle(stored: Json): RelayHandle {
  const { version, grid, inner, epoch } = membersOf(stored);
  const parsed = parseGrid(membersOf(grid));
  if (version !== 1 || parsed === null || inner === undefined || typeof epoch !== "string" || !/^\w+$/.test(epoch))
    throw lostUpload("the handle is none of this driver");
  return { version, grid: parsed, inner, epoch };
}

function printGrid(grid: Grid): Json {
  if (grid.kind === "whole") return { kind: "whole" };
  if (grid.kind === "growing") return { kind: "growing", perStep: grid.perStep, sizes: grid.sizes };
  const { kind, size, chunkSize, count } = grid;
  return { kind, size, chunkSize, count };
}

/** Also of a note that holds one. `null`: it is none. */
export function parseGrid({ kind, size, chunkSize, count, perStep, sizes }: Members): Grid | null {
  if (kind === "whole") return { kind };
  if (kind === "even" && isCount(size) && isCount(chunkSize) && isCount(count)) {
    const needed = size === 0 ? 1 : Math.ceil(size / chunkSize);
    return count === needed ? { kind, size, chunkSize, count } : null;
  }
  if (kind === "growing" && isSome(perStep) && Array.isArray(sizes) && sizes.length > 0 && sizes.every(isSome))
    return { kind, perStep, sizes };
  return null;
}

/** Members of a JSON object; none of anything else. */
export type Members = { readonly [name: string]: Json | undefined };

/** Of anything that is no object: none. */
export function membersOf(value: Json | undefined): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

function isSome(value: Json | undefined): value is number {
  return isCount(value) && value > 0;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
