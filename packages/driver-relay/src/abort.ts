import type { CallOptions, Json, UploadTarget } from "@stowage/core";
import { findLateInner } from "./complete/begin-late.js";
import { isLost } from "./errors.js";
import { innerTarget } from "./grid/inner-target.js";
import { parseHandle, type RelayHandle } from "./handle.js";
import { orAborted } from "./or-aborted.js";
import { type RelayContext, shelfOf, uploadName } from "./relay-upload.js";

/** Gives up at the inner backend, and then clears the shelf: the other way round a crash would lose a late inner handle. */
export async function abort(
  context: RelayContext,
  stored: Json | null,
  target: UploadTarget,
  options: CallOptions,
): Promise<void> {
  const { inner, uploads } = context;
  const here = uploads.of(uploadName(target));
  here.ended = true;
  here.stop.abort(new Error("the upload is given up"));
  await orAborted(here.idle(), options);
  const shelf = shelfOf(context, target);
  const handle = readable(stored);
  const late = await findLateInner(shelf, target);
  if (late !== null) await inner.abort(late.inner, late.target, options);
  if (handle !== null && handle.grid.kind !== "whole")
    await inner.abort(handle.inner, innerTarget(target, handle.grid), options);
  else await inner.abort(null, { ...target, plan: null }, options);
  await shelf.clear();
}

/** An upload with a handle that nobody can read ends, too. */
function readable(stored: Json | null): RelayHandle | null {
  try {
    return stored === null ? null : parseHandle(stored);
  } catch (error) {
    if (isLost(error)) return null;
    throw error;
  }
}
