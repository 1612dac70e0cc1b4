import type { CallOptions } from "@stowage/core";
import { isLost } from "../errors.js";
import { hashOf } from "../fill/fill.js";
import { fillOnce } from "../fill/fill-once.js";
import { awaitLease } from "../fill/lease.js";
import { type Fill, readFill, readFills } from "../fill/notes.js";
import { inLine } from "../fill/send-in-order.js";
import { orAborted } from "../or-aborted.js";
import { isInOrder, type RelayUpload } from "../relay-upload.js";
import type { LaidPieces } from "./lay-out.js";

const mostAtOnce = 4;
const attempts = 3;

/** Cells that are still to go, and those that went. */
export interface Fills {
  readonly done: Map<number, Fill>;
  readonly left: readonly LaidPieces[];
}

/** A fill counts where it was made of exactly what the receipts say. */
export async function findFills(upload: RelayUpload, laid: readonly LaidPieces[]): Promise<Fills> {
  const noted = laid.length === 0 ? new Map<number, Fill>() : await readFills(upload.shelf, upload.handle.epoch);
  const done = new Map<number, Fill>();
  for (const { cell, composition } of laid) {
    const found = noted.get(cell.index);
    if (found?.of === hashOf(composition)) done.set(cell.index, found);
  }
  return { done, left: laid.filter(({ cell }) => !done.has(cell.index)) };
}

/** The fill of one cell. `null`: there is none that counts. */
export async function findFill(
  { shelf, handle }: RelayUpload,
  { cell, composition }: LaidPieces,
): Promise<Fill | null> {
  const noted = await readFill(shelf, handle.epoch, cell.index);
  return noted?.of === hashOf(composition) ? noted : null;
}

/** Sends what is left: side by side, or in order under the lease. */
export async function fillAll(upload: RelayUpload, { done, left }: Fills, options: CallOptions): Promise<void> {
  if (left.length === 0) return;
  if (isInOrder(upload.context)) return orAborted(fillInOrder(upload, done, left, options), options);
  const waiting = [...left];
  const worker = async (): Promise<void> => {
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        options.signal.throwIfAborted();
        done.set(next.cell.index, await orAborted(fillForSure(upload, next, options), options));
      }
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const { ordering } = upload.context.inner.capabilities;
  const parallel = ordering.kind === "sequential" ? 1 : Math.min(ordering.maxParallel, mostAtOnce);
  // Nothing is sent any more when the caller hears of a failure: the upload may be given up then.
  const ended = await Promise.allSettled(Array.from({ length: parallel }, worker));
  for (const each of ended) if (each.status === "rejected") throw each.reason;
}

function fillInOrder(
  upload: RelayUpload,
  done: Map<number, Fill>,
  left: readonly LaidPieces[],
  options: CallOptions,
): Promise<void> {
  return inLine(upload, async () => {
    const lease = await awaitLease(upload, options);
    try {
      for (const next of left) {
        options.signal.throwIfAborted();
        done.set(next.cell.index, await fillForSure(upload, next, options));
      }
    } finally {
      await lease.release();
    }
  });
}

/** Others may be at the same cell, in this process and in others, and remove its pieces when they are done. */
async function fillForSure(upload: RelayUpload, laid: LaidPieces, options: CallOptions): Promise<Fill> {
  const { cell, composition } = laid;
  const wanted = hashOf(composition);
  for (let attempt = 1; ; attempt++) {
    const running = upload.epoch.fills.get(cell.index);
    if (running !== undefined) await running.catch(() => {});
    const noted = attempt > 1 || running !== undefined ? await findFill(upload, laid) : null;
    if (noted !== null) return noted;
    try {
      const made = await fillOnce(upload, cell, composition, options);
      if (made.of === wanted) return made;
    } catch (error) {
      if (options.signal.aborted || attempt === attempts || !(running !== undefined || isLost(error))) throw error;
    }
  }
}
