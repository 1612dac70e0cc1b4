import type { ByteSource } from "../bytes.js";
import type { Chunk, ChunkSink, Receipt } from "../driver.js";
import type { UploadTarget } from "../target.js";
import { UploadError } from "../errors.js";
import type { UploadSession } from "../session.js";
import type { SessionSnapshot, Settled } from "../store.js";
import { attend } from "./attend.js";
import { newClaim, release } from "./claims.js";
import { toUploadError } from "./failure.js";
import type { Stride } from "./meter.js";
import type { ResolvedPolicy } from "./policies.js";
import { policyOfSession } from "./routing.js";
import { closedError } from "./visible.js";
import type { Handover } from "./complete.js";
import type { Progress, WriteJob } from "./write-job.js";

/**
 * Writes a body into its claimed extent, in strides where it need not be whole. Each stride has its own receipt,
 * stored before the next begins, so that `kill -9` costs a stride and not the request.
 */
export async function writeExtent(
  job: WriteJob,
  { session }: SessionSnapshot,
  claimId: string,
): Promise<Progress | null> {
  const { context, id, meter, options } = job;
  const { policy, sink } = await openSink(job, session, claimId);
  const attended = attend(
    context,
    id,
    newClaim(context, { purpose: "write", range: job.extent.range }, claimId),
    meter,
  );
  let [held, progress]: [boolean, Progress | null] = [true, null];
  try {
    let offset = job.extent.range.start;
    for (let first = true; first || (held && (await meter.more())); first = false) {
      const { receipt, isLast } = await writeStride(job, policy, sink, session.target, claimId, offset);
      const keepClaim = !isLast && meter.failure === null;
      if (receipt.size > 0) {
        progress = await settle(job, session, policy, claimId, receipt, keepClaim);
        held = keepClaim;
      }
      if (receipt.size > 0) void sink.settled?.(receipt).catch(() => {});
      if (meter.failure !== null) throw meter.failure;
      offset += receipt.size;
    }
    context.health.succeeded(policy.id);
    return progress;
  } catch (error) {
    context.health.failed(policy.id, error);
    throw meter.failure ?? toUploadError(error, "write");
  } finally {
    if (held) await release(context, id, claimId, options);
    attended.end();
  }
}

/** The claim goes where the upload cannot be written to. */
async function openSink(
  { context, id, options }: WriteJob,
  session: UploadSession,
  claimId: string,
): Promise<{ readonly policy: ResolvedPolicy; readonly sink: ChunkSink }> {
  try {
    if (session.state !== "open") throw closedError(session);
    const policy = policyOfSession(context, session);
    return { policy, sink: policy.driver.sink(session.handle, session.target) };
  } catch (error) {
    await release(context, id, claimId, options);
    throw error;
  }
}

interface Stored {
  readonly receipt: Receipt;
  /** The extent ends with it. */
  readonly isLast: boolean;
}

async function writeStride(
  job: WriteJob,
  policy: ResolvedPolicy,
  sink: ChunkSink,
  target: UploadTarget,
  claimId: string,
  offset: number,
): Promise<Stored> {
  const { extent, meter, context } = job;
  const left = extent.exact === null ? null : extent.range.start + extent.exact - offset;
  const most = Math.min(context.timing.stride, policy.driver.capabilities.part.maxSize);
  const isFinal = extent.whole || (left !== null && left <= most);
  // A gap in the middle of a body ends before the body does; else the body's own end belongs to the last stride.
  const isTail = isFinal && extent.range.end === job.bodyEnd;
  const stride = meter.stride(isTail ? Infinity : isFinal ? (left ?? most) : most);
  const size = isFinal || left === null ? left : most;
  const chunk: Chunk = {
    offset,
    index: extent.index,
    isLast: target.size !== null && size !== null && offset + size === target.size,
    whole: extent.whole,
    attempt: claimId,
    body: sourceOf(stride, size),
  };
  const { token, ...receipt } = await sink.write(chunk, job.options);
  if (receipt.offset !== offset || receipt.size !== stride.count) {
    throw new UploadError("INTERNAL", `receipt for ${receipt.size} of ${stride.count} bytes at ${offset}`, {
      operation: "write",
    });
  }
  const checksum = { algorithm: "crc32", value: stride.crc32() } as const;
  return { receipt: { offset, size: stride.count, token, checksum }, isLast: meter.ended || (isFinal && !isTail) };
}

function sourceOf(stride: Stride, size: number | null): ByteSource {
  return { size, oneShot: true, stream: () => stride };
}

async function settle(
  job: WriteJob,
  session: UploadSession,
  policy: ResolvedPolicy,
  claimId: string,
  receipt: Receipt,
  keepClaim: boolean,
): Promise<Progress> {
  const { context, id, meter, options } = job;
  const now = context.runtime.clock.now();
  const expiresAt = slidingExpiry(session, policy, now);
  const completionDueAt = now + context.timing.rescueMs;
  // A body that has not ended may still fail, and then nobody would complete under the claim.
  const completing = meter.ended ? { completeUntil: now + context.timing.leaseMs } : {};
  const next = { keepClaim, expiresAt, completionDueAt, ...completing };
  const settled = await context.store.settle(id, claimId, receipt, next, options);
  const range = { start: receipt.offset, end: receipt.offset + receipt.size };
  context.emit(() => ({ type: "chunk.stored", at: now, sessionId: id, range }));
  options.onProgress?.(settled.received);
  const { received, filled } = settled;
  if (!filled) return { received, expiresAt, handover: null };
  const full = { ...session, state: "completing", revision: session.revision + 1, expiresAt, dueAt: completionDueAt };
  return { received, expiresAt, handover: handOver(full as UploadSession, settled, claimId, receipt) };
}

function handOver(session: UploadSession, settled: Settled, claimId: string, receipt: Receipt): Handover {
  const { received, holdsCompletion } = settled;
  const snapshot = { session, received, claims: [] };
  return {
    held: holdsCompletion === true ? { kind: "granted", snapshot, claimId } : null,
    receipts: receipt.size === received ? [receipt] : null,
  };
}

/** Later on activity, up to the absolute cap. */
export function slidingExpiry(
  session: UploadSession,
  { session: { ttlMs, maxLifeMs } }: ResolvedPolicy,
  now: number,
): number {
  return Math.max(session.expiresAt, Math.min(session.createdAt + maxLifeMs, now + ttlMs));
}
