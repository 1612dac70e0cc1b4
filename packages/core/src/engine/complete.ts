import type { StoredObject } from "../target.js";
import { isUploadError, UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { SessionSnapshot } from "../store.js";
import { finishAbort } from "./abort.js";
import { acquire, type Acquired, busy, keepClaim, release } from "./claims.js";
import type { EngineContext } from "./context.js";
import { missingRanges } from "./extents.js";
import { isPermanent, toUploadError } from "./failure.js";
import { publish } from "./publish.js";
import { replaceOrYield } from "./replace.js";
import { closedError, load } from "./visible.js";

/**
 * Completes an upload; single-flight in this process by a map, across processes by the completion claim, and
 * resumable at every step (the table of completion). Who comes late gets the stored outcome.
 *
 * @throws {UploadError} `UPLOAD_INCOMPLETE`, `SESSION_*`, `OBJECT_EXISTS`, `VERSION_CONFLICT`, `CHECKSUM_MISMATCH`, `FORBIDDEN`, `BACKEND_*`
 */
export function complete(
  context: EngineContext,
  id: string,
  options: CallOptions,
  isCompleting = false,
): Promise<StoredObject> {
  const running = context.completions.get(id);
  if (running !== undefined) return running;
  const started = run(context, id, options, isCompleting).finally(() => context.completions.delete(id));
  context.completions.set(id, started);
  return started;
}

/** `isCompleting`: the caller has just seen it so, and a look at the store is saved. */
async function run(
  context: EngineContext,
  id: string,
  options: CallOptions,
  isCompleting: boolean,
): Promise<StoredObject> {
  for (let isKnown = isCompleting; ; isKnown = false) {
    if (!isKnown) {
      const { session, received } = await load(context, id, options);
      if (session.state === "completed") return session.object;
      if (session.state === "aborting" || session.state === "aborted") throw closedError(session);
      if (session.state === "opening") throw busy(id, context.timing.patienceMs);
      if (session.state === "open") {
        await enterCompleting(context, session, received, options);
        continue;
      }
    }
    const acquired = await claimCompletion(context, id, options);
    if (acquired !== null) return finishHeld(context, acquired, options);
  }
}

async function finishHeld(
  context: EngineContext,
  { claimId, snapshot }: Acquired,
  options: CallOptions,
): Promise<StoredObject> {
  const { id } = snapshot.session;
  const held = keepClaim(
    context,
    { sessionId: id, purpose: "complete", range: { start: 0, end: 0 }, fenced: true },
    claimId,
    options,
  );
  try {
    return await finish(context, snapshot, claimId, options);
  } catch (error) {
    await release(context, id, claimId, options);
    throw error;
  } finally {
    held.stop();
  }
}

/** Step 1. What is checked here cannot change any more: receipts are never taken back. */
async function enterCompleting(
  context: EngineContext,
  session: UploadSession & { readonly state: "open" },
  received: number,
  options: CallOptions,
): Promise<void> {
  if (received !== session.target.size) {
    const missing = missingRanges(await context.store.receipts(session.id, options), session.target.size);
    throw new UploadError("UPLOAD_INCOMPLETE", `session ${session.id}: ${missing.length} ranges are missing`, {
      missing,
    });
  }
  const next = {
    ...session,
    state: "completing",
    revision: session.revision + 1,
    dueAt: context.runtime.clock.now() + context.timing.rescueMs,
  } as const;
  await replaceOrYield(context, next, options);
}

/** Step 2. `null`: somebody else finished it meanwhile. */
async function claimCompletion(context: EngineContext, id: string, options: CallOptions): Promise<Acquired | null> {
  try {
    const wish = { sessionId: id, purpose: "complete", range: { start: 0, end: 0 }, fenced: true } as const;
    return await acquire(context, wish, options);
  } catch (error) {
    if (isUploadError(error) && error.code === "SESSION_CLOSED") return null;
    throw error;
  }
}

/** Steps 3 to 5, under the claim, which goes with the last one. */
async function finish(
  context: EngineContext,
  snapshot: SessionSnapshot,
  claimId: string,
  options: CallOptions,
): Promise<StoredObject> {
  const { session } = snapshot;
  if (session.state === "completed") return session.object;
  if (session.state !== "completing") throw closedError(session);
  try {
    return await publish(context, { ...snapshot, session }, options);
  } catch (caught) {
    const error = toUploadError(caught, "complete");
    context.health.failed(session.policyId, error);
    if (isPermanent(error)) await giveUp(context, session, error, claimId, options);
    throw error;
  }
}

async function giveUp(
  context: EngineContext,
  session: UploadSession & { readonly state: "completing" },
  error: UploadError,
  claimId: string,
  options: CallOptions,
): Promise<void> {
  const cause = { reason: "failed", error: { code: error.code, details: error.details as never } } as const;
  const next = {
    ...session,
    state: "aborting",
    cause,
    revision: session.revision + 1,
    dueAt: context.runtime.clock.now() + context.timing.rescueMs,
  } as const;
  if (!(await replaceOrYield(context, next, options))) return;
  await finishAbort(context, next, claimId, options);
}
