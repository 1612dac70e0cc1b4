import { type CallOptions, type Json, UploadError, type UploadTarget } from "@stowage/core";
import { unsupported } from "./errors.js";
import { innerTarget } from "./grid/inner-target.js";
import { makeGrid } from "./grid/make-grid.js";
import { firstEpoch, printHandle } from "./handle.js";
import { type RelayContext, uploadName } from "./relay-upload.js";

/** Makes the grid, and begins at the inner backend where that can be done now. The spool is not touched. */
export async function begin(context: RelayContext, target: UploadTarget, options: CallOptions): Promise<Json> {
  const { inner, settings, uploads } = context;
  const { maxObjectSize: limit = Infinity, deferredSize } = inner.capabilities;
  if (target.size !== null && target.size > limit)
    throw new UploadError("OBJECT_TOO_LARGE", `${target.size} bytes, at most ${limit}`, { size: target.size, limit });
  // Who completed and heard no answer could not be told so.
  if (target.size === null && deferredSize !== true && inner.objects === undefined)
    throw unsupported(
      "deferredSize",
      "a size that comes late needs an inner driver that takes it or shows its objects",
    );
  const grid = makeGrid(target.size, settings, inner.capabilities);
  const begun = grid.kind === "whole" ? null : await inner.begin(innerTarget(target, grid), options);
  uploads.forget(uploadName(target));
  return printHandle({ version: 1, grid, inner: begun, epoch: firstEpoch });
}
