import { type ByteSource, writeBehind } from "@stowage/core";
import type { Draft, Piece } from "../spool/spool.js";
import { type SegmentJob, type Taken, takerOf } from "./segment.js";

const batchSize = 256 * 1024;

/** Into the spool, as it comes. `null`: nothing came. A body that breaks off leaves what came, if a part of it may count. */
export async function spoolSegment(job: SegmentJob): Promise<Taken | null> {
  const { upload, chunk, reader, options } = job;
  const draft = await upload.shelf.draft();
  let written = 0;
  const before = reader.count;
  try {
    const write = async (batch: readonly Uint8Array[]): Promise<void> => {
      await draft.write(batch);
      written += lengthOf(batch);
    };
    await writeBehind(sourceOf(job), batchSize, upload.context.runtime.memory, write, options);
  } catch (error) {
    const isKept = !chunk.whole && reader.isBroken && written === reader.count - before;
    if (options.signal.aborted || !isKept) {
      await draft.drop();
      throw error;
    }
  }
  return keepUnlessWhole(job, draft, written);
}

/** Into the spool, what a line that broke has left of a cell in memory. */
export async function spoolHeld(job: SegmentJob, held: Uint8Array): Promise<Taken | null> {
  if (held.byteLength === 0) return null;
  const draft = await job.upload.shelf.draft();
  try {
    await draft.write([held]);
  } catch (error) {
    await draft.drop();
    throw error;
  }
  return keepUnlessWhole(job, draft, held.byteLength);
}

async function keepUnlessWhole(
  { chunk, cell, offset, id }: SegmentJob,
  draft: Draft,
  size: number,
): Promise<Taken | null> {
  if (size === 0) {
    await draft.drop();
    return null;
  }
  const piece: Piece = { cell: cell.index, offset, size, id };
  if (chunk.whole) {
    await draft.seal().catch(async (error: unknown) => {
      await draft.drop();
      throw error;
    });
    return { kind: "piece", piece, draft };
  }
  await draft.keep(piece);
  return { kind: "piece", piece, draft: null };
}

function sourceOf(job: SegmentJob): ByteSource {
  const take = takerOf(job, false);
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const value = await take();
    return value === null ? { done: true, value: undefined } : { done: false, value };
  };
  return { size: null, oneShot: true, stream: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) };
}

function lengthOf(batch: readonly Uint8Array[]): number {
  return batch.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
