import type { CallOptions } from "@stowage/core";
import { orAborted } from "../or-aborted.js";
import { cellOf, isInOrder, type RelayUpload } from "../relay-upload.js";
import { fillIfFull } from "./fill-once.js";
import { sendInOrder } from "./send-in-order.js";

/** Full cells that may wait for the inner backend while clients send on. */
const mostWaiting = 2;

/**
 * A slow backend slows its client down, and one that fails tells it: before a chunk comes in, most of what came before is
 * sent, and what failed is tried again.
 *
 * @throws {UploadError} what the inner driver throws
 */
export async function holdBack(upload: RelayUpload, offset: number, options: CallOptions): Promise<void> {
  const { failed } = upload.here;
  const { fills, line } = upload.epoch;
  if (fills.size === 0 && failed.size === 0 && line.senders === 0) return;
  while (fills.size >= mostWaiting)
    await orAborted(Promise.race([...fills.values()].map((fill) => fill.catch(() => {}))), options);
  if (isInOrder(upload.context)) await inOrder(upload, offset, options);
  const [again] = failed.values();
  if (again === undefined) return;
  failed.delete(again.index);
  const retried = isInOrder(upload.context) ? sendInOrder(upload) : fillIfFull(upload, again);
  await orAborted(Promise.resolve<unknown>(retried), options);
}

async function inOrder(upload: RelayUpload, offset: number, options: CallOptions): Promise<void> {
  const { line } = upload.epoch;
  const { start, end } = cellOf(upload, offset);
  while (line.senders > 0 && line.behind >= mostWaiting * (end - start)) await orAborted(line.tail, options);
}
