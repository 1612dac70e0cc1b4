import type { Receipt } from "../driver.js";
import type { StoredObject } from "../target.js";
import { isUploadError, UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { SessionSnapshot } from "../store.js";
import { finishAbort } from "./abort.js";
import { acquire, type Acquired, busy, keepClaim, release } from "./claims.js";
import type { EngineContext } from "./context.js";
import { missingRanges } from "./extents.js";
import { findParts } from "./find-parts.js";
import { isPermanent, toUploadError } from "./failure.js";
import { publish } from "./publish.js";
import { replaceOrYield } from "./replace.js";
import { policyOfSession } from "./routing.js";
import { closedError, load } from "./visible.js";

/** What a writer that made its session `completing` leaves to whoever completes it. */
export interface Handover {
  /** Its claim became the completion's. `null`: that has to be claimed. */
  readonly held: Acquired | null;
  /** All receipts of the session, where the writer stored them all; a look at the store is saved. */
  readonly receipts: readonly Receipt[] | null;
}

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
  handover: Handover | null = null,
): Promise<StoredObject> {
  const { completions } = context;
  const running = completions.get(id);
  if (running === undefined) {
    const outcome = run(context, id, options, handover).finally(() => completions.delete(id));
    completions.set(id, { outcome, signal: options.signal });
    return outcome;
  }
  // Whoever runs waits for the claim, so its holder must not wait for him.
  if (handover?.held) return run(context, id, options, handover);
  return running.outcome.catch((error: unknown) => {
    if (!running.signal.aborted || options.signal.aborted || context.closing.aborted) throw error;
    // The one who began it has gone, or his time was up: those who waited for him go on.
    return complete(context, id, options, handover);
  });
}

async function run(
  context: EngineContext,
  id: string,
  options: CallOptions,
  handover: Handover | null,
): Promise<StoredObject> {
  const receipts = handover?.receipts ?? null;
  const handed = handover?.held ? await finishHeld(context, handover.held, receipts, options) : null;
  if (handed !== null) return handed;
  for (let isKnown = handover !== null && handover.held === null; ; isKnown = false) {
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
    const object = acquired === null ? null : await finishHeld(context, acquired, receipts, options);
    if (object !== null) return object;
  }
}

/** `null`: whoever came after the claim's time was quicker, and the outcome is theirs. */
async function finishHeld(
  context: EngineContext,
  { claimId, snapshot }: Acquired,
  receipts: readonly Receipt[] | null,
  options: CallOptions,
): Promise<StoredObject | null> {
  const { id } = snapshot.session;
  const held = keepClaim(
    context,
    { sessionId: id, purpose: "complete", range: { start: 0, end: 0 }, fenced: true },
    claimId,
    options,
  );
  try {
    return await finish(context, snapshot, receipts, claimId, options);
  } catch (error) {
    // A renewal on its way would grant the claim anew after it was let go.
    await held.stop();
    await release(context, id, claimId, options);
    if (isUploadError(error) && error.code === "REVISION_CONFLICT") return null;
    throw error;
  } finally {
    void held.stop();
  }
}

/** Step 1. What is checked here cannot change any more: receipts are never taken back. (Of a direct upload the parts are asked for again.) */
async function enterCompleting(
  context: EngineContext,
  session: UploadSession & { readonly state: "open" },
  received: number,
  options: CallOptions,
): Promise<void> {
  if (session.transfer !== "through") await checkWhole(context, session, options);
  else if (received !== session.target.size)
    throw incomplete(session, await context.store.receipts(session.id, options));
  const next = {
    ...session,
    state: "completing",
    revision: session.revision + 1,
    dueAt: context.runtime.clock.now() + context.timing.rescueMs,
  } as const;
  await replaceOrYield(context, next, options);
}

/** What a client says of a direct upload proves nothing. @throws {UploadError} `UPLOAD_INCOMPLETE` */
async function checkWhole(
  context: EngineContext,
  session: UploadSession & { readonly state: "open" },
  options: CallOptions,
): Promise<void> {
  const found = await findParts(context, policyOfSession(context, session), session, options);
  if (found.kind === "parts" && missingRanges(found.receipts, session.target.size).length > 0)
    throw incomplete(session, found.receipts);
}

function incomplete({ id, target }: UploadSession, receipts: readonly Receipt[]): UploadError {
  const missing = missingRanges(receipts, target.size);
  return new UploadError("UPLOAD_INCOMPLETE", `session ${id}: ${missing.length} ranges are missing`, { missing });
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
  receipts: readonly Receipt[] | null,
  claimId: string,
  options: CallOptions,
): Promise<StoredObject> {
  const { session } = snapshot;
  if (session.state === "completed") return session.object;
  if (session.state !== "completing") throw closedError(session);
  // A configuration that lacks the policy says nothing about the upload: another gateway may have it.
  const policy = policyOfSession(context, session);
  try {
    return await publish(context, policy, { ...snapshot, session }, receipts, options);
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
    mayHaveObject: !isAnothers(error, session.target.key),
    revision: session.revision + 1,
    dueAt: context.runtime.clock.now() + context.timing.rescueMs,
  } as const;
  if (!(await replaceOrYield(context, next, options))) return;
  await finishAbort(context, next, claimId, options);
}

/** The driver found an object of another upload at the key; it is not ours to remove. */
function isAnothers(error: UploadError, key: string): boolean {
  return isUploadError(error) && error.code === "OBJECT_EXISTS" && error.details.path === key;
}
