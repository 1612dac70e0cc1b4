import type { ByteRange } from "../bytes.js";
import type { Receipt } from "../driver.js";
import { type ErrorDetails, isUploadError, UploadError } from "../errors.js";
import { acquire, type Acquired } from "./claims.js";
import { compareStored } from "./compare.js";
import { closedError, load } from "./visible.js";
import { writeClaimed } from "./write-claimed.js";
import type { Progress, WriteJob } from "./write-job.js";

/**
 * A body whose extent is stored in part: an earlier attempt was cut, or came in strides. Walks along the
 * receipts, compares what is there and writes only what is missing. Returns what the session came to where that
 * filled it, else `null`.
 *
 * @throws {UploadError} `RANGE_OVERLAP` where the bytes differ or a receipt sticks out of the body
 */
export async function fillGaps(job: WriteJob): Promise<Progress | null> {
  const { context, id, extent, meter, options } = job;
  const { session } = await load(context, id, options);
  const receipts = (await context.store.receipts(id, options)).filter((receipt) => overlaps(receipt, extent.range));
  for (const receipt of receipts) checkInside(receipt, extent);
  let at = extent.range.start;
  let filled: Progress | null = null;
  for (const receipt of [...receipts, null]) {
    const end = receipt?.offset ?? extent.range.end;
    if (end > at && (receipt !== null || (await meter.more()))) {
      if (session.state !== "open") throw closedError(session);
      const progress = await fillGap(job, { start: at, end });
      if (progress !== null && progress.handover !== null) filled = progress;
    }
    if (receipt === null) break;
    at = receipt.offset + receipt.size;
    const isBodysEnd = extent.exact !== null && at === extent.range.end && at === job.bodyEnd;
    await compareStored(meter, receipt, isBodysEnd);
  }
  return filled;
}

async function fillGap(job: WriteJob, range: ByteRange): Promise<Progress | null> {
  const { extent } = job;
  const isLast = range.end === extent.range.end;
  const gap = {
    range,
    exact: isLast && extent.exact === null ? null : range.end - range.start,
    index: null,
    whole: false,
  };
  const inGap = { ...job, extent: gap };
  let acquired: Acquired;
  try {
    const wish = { sessionId: job.id, purpose: "write", range, fenced: true } as const;
    acquired = await acquire(job.context, wish, job.options);
  } catch (error) {
    // Somebody was quicker, with a part of the gap or with all of it: what is there now is compared.
    if (isUploadError(error) && wasFilled(error)) return fillGaps(inGap);
    throw error;
  }
  return writeClaimed(inGap, acquired);
}

function wasFilled(error: UploadError): boolean {
  if (error.code === "RANGE_OVERLAP") return true;
  if (error.code !== "SESSION_CLOSED") return false;
  const { state } = error.details as ErrorDetails["SESSION_CLOSED"];
  return state === "completing" || state === "completed";
}

function overlaps({ offset, size }: Receipt, { start, end }: ByteRange): boolean {
  return offset < end && offset + size > start;
}

function checkInside({ offset, size }: Receipt, { range, exact }: WriteJob["extent"]): void {
  if (offset >= range.start && (exact === null || offset + size <= range.end)) return;
  throw new UploadError("RANGE_OVERLAP", `bytes ${offset} to ${offset + size} are stored in another cut`, {
    range: { start: offset, end: offset + size },
  });
}
