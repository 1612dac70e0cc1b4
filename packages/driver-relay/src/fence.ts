import type { CallOptions, StorageDriver } from "@stowage/core";
import { carryFills, fenceNote, readFills } from "./fill/notes.js";
import { innerTarget } from "./grid/inner-target.js";
import type { RelayHandle } from "./handle.js";
import { hexName, type RelayUpload } from "./relay-upload.js";

const epochLength = 12;

/**
 * Late pieces have names of their own and harm nobody; late parts are the inner driver's to keep out. What was filled
 * before counts on. Who fills under the old handle from now on sees the fence after its note, and removes no piece: the
 * new inner handle may not know that cell.
 */
export async function fence(
  { context, handle, target, shelf }: RelayUpload,
  inner: NonNullable<StorageDriver["fence"]>,
  options: CallOptions,
): Promise<RelayHandle> {
  if (handle.grid.kind === "whole") return handle;
  await shelf.make();
  await shelf.putNote(fenceNote(handle.epoch), "");
  const fills = await readFills(shelf, handle.epoch);
  const fenced = await inner(handle.inner, innerTarget(target, handle.grid), options);
  const epoch = hexName(context.runtime.newId()).slice(0, epochLength);
  await carryFills(shelf, fills, epoch);
  return { ...handle, inner: fenced, epoch };
}
