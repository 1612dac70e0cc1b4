import type { UploadTarget } from "@stowage/core";
import type { Grid } from "./grid.js";

/** The upload as the inner driver sees it: cut by the grid. Without a plan the index of a cell says which part it is. */
export function innerTarget(target: UploadTarget, grid: Grid): UploadTarget {
  if (grid.kind !== "even") return { ...target, plan: null };
  const { size, chunkSize, count } = grid;
  return { ...target, size, plan: { size, chunkSize, count } };
}
