import type { ByteSource } from "../bytes.js";
import { isUploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { Caller, WriteOptions, Written } from "../uploads.js";
import { type ChunkAddress, type Extent, resolveExtent, mustBeWhole } from "./address.js";
import { acquire, type Acquired, busy, release } from "./claims.js";
import { claimKnown } from "./claim-known.js";
import { complete } from "./complete.js";
import type { EngineContext } from "./context.js";
import { fillGaps } from "./fill-gaps.js";
import { type Meter, meterBody } from "./meter.js";
import { policyOfSession } from "./routing.js";
import { switchTransfer } from "./switch-transfer.js";
import { checkNotExpired, closedError, load, loadVisible } from "./visible.js";
import { writeClaimed } from "./write-claimed.js";
import type { Progress, WriteJob } from "./write-job.js";

/** `Uploads.write`. */
export async function write(
  context: EngineContext,
  caller: Caller,
  id: string,
  at: ChunkAddress,
  body: ByteSource,
  options: CallOptions & WriteOptions,
): Promise<Written> {
  // It is awaited only where the body ends well; nobody else may be there to hear that it failed.
  if (options.checksum instanceof Promise) options.checksum.catch(() => {});
  const early = await claimKnown(context, caller, id, at, body.size, options);
  if (early !== null) return writeEarly(context, early, id, body, options);
  const { session } = await loadVisible(context, caller, id, options);
  if (session.state === "opening") throw busy(id, context.timing.patienceMs);
  if (session.state === "aborting" || session.state === "aborted") throw closedError(session);
  checkNotExpired(context, session);
  const policy = policyOfSession(context, session);
  const extent = resolveExtent(session, policy, at, body.size, mustBeWhole(options));
  if (session.state === "open" && session.transfer === "direct") await switchTransfer(context, session, options);
  else context.known.remember(session);
  return runWrite(context, extent, id, body, options, (job) =>
    session.state === "open" ? writeOpen(job, session) : compareClosed(job),
  );
}

/** Under a claim that was taken before anything was looked at: it goes again where nothing comes of it. */
async function writeEarly(
  context: EngineContext,
  early: Acquired & { readonly extent: Extent },
  id: string,
  body: ByteSource,
  options: CallOptions & WriteOptions,
): Promise<Written> {
  try {
    return await runWrite(context, early.extent, id, body, options, (job) => writeClaimed(job, early));
  } catch (error) {
    if (early.kind === "granted") await release(context, id, early.claimId, options);
    throw error;
  }
}

/** Meters the body, and completes the upload where `work` brought its last bytes. */
async function runWrite(
  context: EngineContext,
  extent: Extent,
  id: string,
  body: ByteSource,
  options: CallOptions & WriteOptions,
  work: (job: WriteJob) => Promise<Progress | null>,
): Promise<Written> {
  const { start, end } = extent.range;
  const meter = meterBody(body, {
    offset: start,
    exact: extent.exact,
    limit: end - start,
    checksum: options.checksum ?? null,
    runtime: context.runtime,
  });
  try {
    const progress = await work({ context, id, extent, meter, bodyEnd: end, options });
    if (progress === null) return await written(context, id, options);
    const { received, expiresAt, handover } = progress;
    return { received, expiresAt, object: handover === null ? null : await complete(context, id, options, handover) };
  } finally {
    meter.release();
  }
}

/** `null`: nothing was stored by this call, so what the session has come to is still to be asked. */
async function writeOpen(job: WriteJob, session: UploadSession): Promise<Progress | null> {
  const { range, exact } = job.extent;
  // An empty body stores nothing: an empty object is completed without receipts.
  if (exact === 0) return drain(job.meter);
  let acquired: Acquired;
  try {
    acquired = await acquire(job.context, { sessionId: job.id, purpose: "write", range, fenced: true }, job.options);
  } catch (error) {
    if (!isUploadError(error)) throw error;
    if (error.code === "SESSION_CLOSED" && isFinishing(error.details.state)) return compareClosed(job);
    const mayFill = session.target.plan === null && !job.extent.whole;
    if (error.code === "RANGE_OVERLAP" && mayFill) return fillGaps(job);
    throw error;
  }
  return writeClaimed(job, acquired);
}

function isFinishing(state: string): boolean {
  return state === "completing" || state === "completed";
}

/** The bytes came after the upload was whole: a reply was lost. They are compared with what is there. */
async function compareClosed(job: WriteJob): Promise<Progress | null> {
  return job.extent.exact === 0 ? drain(job.meter) : fillGaps(job);
}

/** Reads a body that must turn out empty. */
async function drain(meter: Meter): Promise<null> {
  for await (const _ of meter.stride(Infinity));
  return null;
}

/** What the session has come to; completes it where that was the last byte. */
async function written(context: EngineContext, id: string, options: CallOptions): Promise<Written> {
  const { session, received } = await load(context, id, options);
  const { state, expiresAt, target } = session;
  if (state === "completed") return { received, expiresAt, object: session.object };
  if (state === "aborting" || state === "aborted") throw closedError(session);
  const full = state === "completing" || (session.completion === "when-full" && received === target.size);
  return { received, expiresAt, object: full ? await complete(context, id, options) : null };
}
