import type { ByteBudget, ByteSource, Receipt } from "@stowage/core";
import type { Cell } from "../grid/grid.js";
import { sendCell } from "../fill/fill.js";
import { isInOrder, type RelayUpload } from "../relay-upload.js";
import { heldCell } from "./held-cell.js";
import { type SegmentJob, type Taken, takerOf } from "./segment.js";
import { spoolHeld, spoolSegment } from "./spool-segment.js";

/**
 * A segment that is a whole cell goes straight to the inner backend, while there is memory to hold it until that has
 * acknowledged it; a chunk that counts whole or not at all goes without, once. All else goes to the spool.
 */
export async function takeSegment(job: SegmentJob): Promise<Taken | null> {
  const { upload, chunk, cell, offset, most } = job;
  const isWhole = offset === cell.start && most === cell.end - cell.start;
  if (!isWhole || !goesAtOnce(upload)) return spoolSegment(job);
  const { memory } = upload.context.runtime;
  const { turns } = upload.epoch;
  const isHeld = takeRoom(memory, most);
  const mayStream = isHeld || (chunk.whole && chunk.body.size !== null);
  // A sender may be slow, and nobody is to wait for one.
  if (!mayStream || !turns.tryEnter()) {
    if (isHeld) memory.give(most);
    return spoolSegment(job);
  }
  try {
    return await (isHeld ? sendHeld(job, most) : sendOnce(job, most));
  } finally {
    turns.exit();
    if (isHeld) memory.give(most);
  }
}

/** Nothing that might not count goes to a backend that takes parts in order, or once only: it could never be taken back. */
export function goesAtOnce({ context, handle }: RelayUpload): boolean {
  return handle.grid.kind !== "whole" && !isInOrder(context) && context.inner.capabilities.writeOnce !== true;
}

/**
 * Half of the budget stays with others: an inner driver that waits for memory waits for whoever holds a cell, which may
 * be its own caller.
 */
function takeRoom(memory: ByteBudget, size: number): boolean {
  const reserve = Math.ceil(memory.total / 2);
  if (size + reserve > memory.total || !memory.tryTake(size + reserve)) return false;
  memory.give(reserve);
  return true;
}

async function sendHeld(job: SegmentJob, size: number): Promise<Taken | null> {
  const { chunk, reader, options, cell } = job;
  // New for each cell: an inner driver may keep what it is given.
  const held = heldCell(takerOf(job, endsWithBody(job)), Buffer.allocUnsafeSlow(size));
  try {
    // The inner backend wants to know the length, and the sender has not told it.
    if (chunk.body.size === null) await held.gather();
    if (chunk.body.size === null && held.bytes().byteLength < size) return await spoolHeld(job, held.bytes());
    return partOf(cell, await sendCell(job.upload, cell, held.source(), options));
  } catch (error) {
    if (options.signal.aborted || chunk.whole || !reader.isBroken) throw error;
    return spoolHeld(job, held.bytes());
  }
}

async function sendOnce(job: SegmentJob, size: number): Promise<Taken> {
  const take = takerOf(job, endsWithBody(job));
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const value = await take();
    return value === null ? { done: true, value: undefined } : { done: false, value };
  };
  const body: ByteSource = { size, oneShot: true, stream: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) };
  return partOf(job.cell, await sendCell(job.upload, job.cell, body, job.options));
}

/** A chunk that must be right as a whole has to end before its last part is acknowledged. */
function endsWithBody({ chunk, offset, most }: SegmentJob): boolean {
  return chunk.whole && chunk.body.size !== null && offset + most === chunk.offset + chunk.body.size;
}

function partOf({ index }: Cell, { size, token }: Receipt): Taken {
  return { kind: "part", cell: index, size, token };
}
