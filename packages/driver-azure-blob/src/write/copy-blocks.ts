import type { ByteRange, CallOptions } from "@stowage/core";
import { printBlockId } from "../block/block-id.js";
import type { Writing } from "../block/receipt-token.js";
import type { AzureContext, StoredSource } from "../context.js";
import { blockSizes } from "../block/block-size.js";
import type { BlockJob } from "./block-job.js";
import { tryAgain } from "@stowage/core/layers";
import { copyBlock } from "./copy-block.js";

/** What is copied, and the names of the blocks that it becomes. */
export interface CopyJob {
  readonly target: BlockJob["target"];
  readonly from: StoredSource;
  readonly range: ByteRange;
  /** The blob's name. */
  readonly blob: string;
  /** Hash of the upload's mark. */
  readonly upload: string;
  /** Not used before. */
  readonly writing: string;
  /** Of the range in the object. */
  readonly offset: number;
}

/** One call of the service copies as much in a few seconds. */
const usualCopy = 256 * 1024 * 1024;

/** Bytes of each block: more where an object of terabytes would have too many of them. */
export function copySize({ target, offset }: Pick<CopyJob, "target" | "offset">): number {
  return Math.max(usualCopy, blockSizes(target, offset, 0, null).least);
}

const parallel = 4;

/** Copies within the service, four blocks at a time. `null`: it cannot, so the bytes have to be sent. */
export async function copyBlocks(context: AzureContext, job: CopyJob, options: CallOptions): Promise<Writing | null> {
  const { from, range, blob, upload, writing, offset } = job;
  const total = range.end - range.start;
  const sizes: number[] = [];
  const each = copySize(job);
  for (let left = total; left > 0; left -= each) sizes.push(Math.min(each, left));
  const waiting = [...sizes.keys()].reverse();
  let isCopied = true;
  const worker = async (): Promise<void> => {
    for (let place = waiting.pop(); place !== undefined && isCopied; place = waiting.pop()) {
      const start = place * each;
      const end = Math.min(start + each, total);
      const isLast = end === total;
      const id = printBlockId({ upload, writing, offset: offset + start, place, isLast });
      const part = { start: range.start + start, end: range.start + end };
      const copy = { from, range: part, to: blob, id, offset: offset + start };
      const copied = tryAgain(context.runtime.clock, options, () => copyBlock(context, copy, options));
      // Nobody waits for the others then, and an abort may be next.
      copied.catch(() => waiting.splice(0));
      if (!(await copied)) isCopied = false;
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, sizes.length) }, worker));
  return isCopied ? { writing, sizes } : null;
}
