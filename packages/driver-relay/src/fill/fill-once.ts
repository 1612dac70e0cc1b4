import type { CallOptions } from "@stowage/core";
import { isLost } from "../errors.js";
import type { Cell } from "../grid/grid.js";
import type { RelayUpload } from "../relay-upload.js";
import { compose, type Composition } from "./compose.js";
import { dropFilled, fill } from "./fill.js";
import { readFill, type Sent } from "./notes.js";

/** Whoever wants a cell to go while it goes already gets that outcome. */
export function fillOnce(
  upload: RelayUpload,
  cell: Cell,
  composition: Composition,
  options: CallOptions,
): Promise<Sent> {
  const { failed } = upload.here;
  const { fills } = upload.epoch;
  const running = fills.get(cell.index);
  if (running !== undefined) return running;
  const work = fill(upload, cell, composition, options)
    .then(
      (made) => {
        if (made.unnoted === null) failed.delete(cell.index);
        else failed.set(cell.index, cell);
        return made;
      },
      (error: unknown) => {
        if (!options.signal.aborted) failed.set(cell.index, cell);
        throw error;
      },
    )
    .finally(() => fills.delete(cell.index));
  work.catch(() => {});
  fills.set(cell.index, work);
  return work;
}

/**
 * Sends a cell whose pieces are all settled, and removes them. `false`: it is not full. Runs in the background, so it ends
 * with the upload and not with a request.
 */
export async function fillIfFull(upload: RelayUpload, cell: Cell): Promise<boolean> {
  const { here, shelf, handle } = upload;
  const listed = await shelf.pieces(cell.index);
  const settled = listed.filter((piece) => piece.settled);
  const composition = compose(cell, settled);
  if (composition === null) {
    const bytes = settled.reduce((sum, { size }) => sum + size, 0);
    here.settled.set(cell.index, { bytes, count: listed.length });
    return false;
  }
  here.settled.delete(cell.index);
  try {
    const { unnoted } = await fillOnce(upload, cell, composition, { signal: here.stop.signal });
    // The pieces are all that tells of it after a crash.
    if (unnoted !== null) throw unnoted;
  } catch (error) {
    // Another process may have sent it, and removed pieces that were about to be read here.
    if (!isLost(error) || (await readFill(shelf, handle.epoch, cell.index)) === null) throw error;
    here.failed.delete(cell.index);
    return true;
  }
  await dropFilled(upload, composition);
  return true;
}
