import type { Receipt } from "@stowage/core";
import { cellOf, isInOrder, type RelayUpload } from "../relay-upload.js";
import { receipted } from "../receipt-pieces.js";
import type { Piece } from "../spool/spool.js";
import { fillIfFull } from "./fill-once.js";
import { sendInOrder } from "./send-in-order.js";

/**
 * The pieces of a receipt count for good. What they make full goes to the inner backend now; what fails, or is overlooked
 * because several processes share the work, goes with a later chunk or at completion.
 */
export async function settled(upload: RelayUpload, receipt: Receipt): Promise<void> {
  const { here, epoch, shelf, context, handle } = upload;
  const { pieces } = receipted(upload, [receipt]);
  if (here.ended || pieces.length === 0) return;
  for (const piece of pieces) await shelf.settle(piece);
  if (handle.grid.kind === "whole") return;
  const due = pieces.filter((piece) => isWorthALook(upload, piece));
  if (isInOrder(context)) {
    epoch.line.behind += receipt.size;
    if (due.length > 0) await sendInOrder(upload);
  } else {
    await Promise.all(due.map(({ offset }) => fillIfFull(upload, cellOf(upload, offset))));
  }
}

const few = 64;

/** A list for each of thousands of small pieces would cost the square of their number. */
function isWorthALook({ here, handle, target }: RelayUpload, piece: Piece): boolean {
  const { start, end } = cellOf({ handle, target }, piece.offset);
  const before = here.settled.get(piece.cell) ?? { bytes: 0, count: 0 };
  const [bytes, count] = [before.bytes + piece.size, before.count + 1];
  here.settled.set(piece.cell, { bytes, count });
  // Other processes may bring the rest, so it is not enough to count here.
  const isDoubled = Number.isInteger(Math.log2(count));
  return bytes >= end - start || count <= few || isDoubled || piece.offset + piece.size === end;
}
