import type { CallOptions } from "@stowage/core";
import { blockSizes, mostHeld } from "../block/block-size.js";
import type { Writing } from "../block/receipt-token.js";
import type { AzureContext } from "../context.js";
import type { BlockJob } from "./block-job.js";
import { type BodyReader, bodyReader } from "./body-reader.js";
import { checkEnd } from "./check-end.js";
import { checkOffset } from "./check-offset.js";
import { type Digesting, digesting } from "./digesting.js";
import { holdBlock } from "./held-block.js";
import { passBlock } from "./pass-block.js";
import { type SendingLine, sendingLine } from "./sending-line.js";
import { stageBlock } from "./stage-block.js";

/** How far a job is. */
interface Progress {
  readonly job: BlockJob;
  readonly reader: BodyReader;
  readonly digest: Digesting;
  readonly line: SendingLine;
  /** Of the blocks that are staged or on their way. */
  readonly sizes: number[];
  /** Bytes of them. */
  done: number;
}

/**
 * Cuts a body into blocks, and stages them one after the other, each again from memory where that fails in passing; the next
 * is read meanwhile. What it resolves with is staged. Where the body breaks and need not be whole, the last block ends there.
 *
 * @throws {UploadError} `OBJECT_TOO_LARGE`, `BODY_TRUNCATED`, `CHUNK_SIZE_MISMATCH`, `CHECKSUM_MISMATCH`, `BACKEND_*`; and what the body throws
 */
export async function writeBlocks(context: AzureContext, job: BlockJob, outer: CallOptions): Promise<Writing> {
  const failed = new AbortController();
  const options: CallOptions = { signal: AbortSignal.any([outer.signal, failed.signal]) };
  const digest = digesting(context.runtime, job.md5);
  const reader = bodyReader(job.body, options, (piece) => digest.update(piece));
  const line = sendingLine((error) => failed.abort(error));
  const progress: Progress = { job, reader, digest, line, sizes: [], done: 0 };
  try {
    while (!(await writeNext(context, progress, options)));
    await line.sent();
    return { writing: job.writing, sizes: progress.sizes };
  } catch (error) {
    failed.abort(error);
    throw error;
  } finally {
    reader.release();
    await line.ended();
  }
}

/** One block; whether it was the last. */
async function writeNext(context: AzureContext, progress: Progress, options: CallOptions): Promise<boolean> {
  const { job, reader, digest, line, sizes, done } = progress;
  const { memory } = context.runtime;
  const { size: whole } = job.body;
  checkOffset(job.target, job.offset + done);
  const left = whole === null ? Infinity : whole - done;
  const cut = blockSizes(job.target, job.offset + done, memory.total, whole);
  const placed = { ...job, offset: job.offset + done, place: sizes.length };
  if (cut.least > mostHeld && job.isWhole && whole !== null) {
    await line.sent();
    const size = Math.min(cut.least, left);
    await passBlock(context, { ...placed, isLast: size === left }, { reader, size }, options);
    sizes.push(size);
    progress.done += size;
    if (size === left) await checkEnd(reader, job, progress.done, digest);
    return size === left;
  }
  const block = await holdBlock(reader, cut, left, { memory, spares: context.spares, line }, options);
  const size = block.bytes.byteLength;
  progress.done += size;
  try {
    // Whether another one follows is in the id, and only the body knows.
    const isLast = (job.isWhole && size === left) || !(await reader.more());
    if (isLast) await checkEnd(reader, job, progress.done, digest);
    await line.sent();
    if (size === 0) {
      block.giveBack(true);
      return isLast;
    }
    sizes.push(size);
    const isOnly = isLast && sizes.length === 1;
    const md5 = job.md5 === null ? null : isOnly ? job.md5 : digest.of(block.bytes);
    line.send(stageBlock(context, { ...placed, isLast, md5 }, block, options));
    return isLast;
  } catch (error) {
    block.giveBack(true);
    throw error;
  }
}
