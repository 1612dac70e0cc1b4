import type { CallOptions, Json, UploadTarget } from "@stowage/core";
import { innerTarget } from "../grid/inner-target.js";
import { evenGrid } from "../grid/make-grid.js";
import { parseHandle, printHandle } from "../handle.js";
import type { RelayUpload } from "../relay-upload.js";
import type { Shelf } from "../spool/spool.js";

/** That the inner upload is about to begin. */
const intent = "beginning";
/** The handle that the upload goes on with. */
const begun = "begun";

/** The inner upload that was begun at completion, by an earlier run; `null`: there is none. */
export async function findLate(upload: RelayUpload): Promise<RelayUpload | null> {
  const text = await upload.shelf.note(begun);
  return text === null ? null : { ...upload, handle: parseHandle(JSON.parse(text) as Json) };
}

/** Begins it. What a run before began and could not make a note of is given up first. */
export async function beginLate(upload: RelayUpload, size: number, options: CallOptions): Promise<RelayUpload> {
  const { context, shelf, handle, target } = upload;
  const { inner, settings } = context;
  const grid = evenGrid(size, settings, inner.capabilities);
  const aim = innerTarget(target, grid);
  await shelf.make();
  if ((await shelf.note(intent)) !== null) await inner.abort(null, aim, options);
  await shelf.putNote(intent, "");
  const next = { ...handle, grid, inner: await inner.begin(aim, options) };
  await shelf.putNote(begun, JSON.stringify(printHandle(next)));
  return { ...upload, handle: next };
}

/** For `abort`: the inner driver's handle and target of an upload that was begun at completion. */
export async function findLateInner(
  shelf: Shelf,
  target: UploadTarget,
): Promise<{ readonly inner: Json; readonly target: UploadTarget } | null> {
  const text = await shelf.note(begun);
  if (text === null) return null;
  const { grid, inner } = parseHandle(JSON.parse(text) as Json);
  return { inner, target: innerTarget(target, grid) };
}
