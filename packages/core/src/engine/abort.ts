import { isUploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { AbortCause, UploadSession } from "../session.js";
import type { Caller } from "../uploads.js";
import { acquire, release } from "./claims.js";
import { replaceOrYield } from "./replace.js";
import type { EngineContext } from "./context.js";
import { policyOfSession } from "./routing.js";
import { closedError, load, loadVisible } from "./visible.js";
import { viewForEvent } from "./view.js";

type Aborting = UploadSession & { readonly state: "aborting" };

/** `Uploads.abort`: returns once the decision is durable; a backend that cannot be reached is left to the sweep. */
export async function abort(context: EngineContext, caller: Caller, id: string, options: CallOptions): Promise<void> {
  await loadVisible(context, caller, id, options);
  await abortSession(context, id, { reason: caller.owner === null ? "operator" : "client" }, options);
}

/**
 * Gives an upload up, in whatever unfinished state it is. Idempotent.
 *
 * @throws {UploadError} `SESSION_CLOSED` where it is complete, `SESSION_BUSY` while somebody completes it
 */
export async function abortSession(
  context: EngineContext,
  id: string,
  cause: AbortCause,
  options: CallOptions,
): Promise<void> {
  for (;;) {
    const { session } = await load(context, id, options);
    if (session.state === "aborted") return;
    if (session.state === "completed") throw closedError(session);
    if (session.state === "aborting") return tidy(context, session, options);
    // A completion holds its claim while it runs; an upload is never aborted under its hands.
    const claimId = session.state === "completing" ? await claimWhole(context, id, options) : null;
    try {
      const next = aborting(context, session, cause);
      if (await replaceOrYield(context, next, options)) return await tidy(context, next, options, claimId);
    } finally {
      if (claimId !== null) await release(context, id, claimId, options);
    }
  }
}

function aborting(context: EngineContext, session: UploadSession, cause: AbortCause): Aborting {
  const handle = "handle" in session ? session.handle : null;
  const dueAt = context.runtime.clock.now() + context.timing.rescueMs;
  // Who uploads directly may have completed at the backend without telling us.
  const mayHaveObject = session.state === "completing" || session.transfer !== "through";
  return { ...session, state: "aborting", handle, cause, mayHaveObject, revision: session.revision + 1, dueAt };
}

async function claimWhole(context: EngineContext, id: string, options: CallOptions): Promise<string> {
  return (
    await acquire(context, { sessionId: id, purpose: "complete", range: { start: 0, end: 0 }, fenced: false }, options)
  ).claimId;
}

/** Waits for the writers to let go, and cleans up; what fails now is tried again by the sweep. */
async function tidy(
  context: EngineContext,
  session: Aborting,
  options: CallOptions,
  held: string | null = null,
): Promise<void> {
  try {
    const claimId = held ?? (await claimWhole(context, session.id, options));
    await finishAbort(context, session, claimId, options);
  } catch (error) {
    if (isUploadError(error) && error.code === "SESSION_CLOSED") return;
    context.runtime.log.warn({ sessionId: session.id, error: String(error) }, "an aborted upload is left to the sweep");
  }
}

/**
 * Removes all that the backend has of an upload that is given up, also an object that a completion made, and
 * turns the session into a tombstone. The caller holds the `complete` claim.
 */
export async function finishAbort(
  context: EngineContext,
  session: Aborting,
  claimId: string,
  options: CallOptions,
): Promise<void> {
  const policy = policyOfSession(context, session);
  const { driver } = policy;
  try {
    await driver.abort(session.handle, session.target, options);
    if (session.mayHaveObject === true) await driver.objects?.remove(session.target.key, options);
    const { handle: _, ...core } = session;
    const now = context.runtime.clock.now();
    // What was granted may be used until then, and what it makes at the key goes with the tombstone.
    const grantsEnd = session.transfer === "through" ? 0 : session.target.expiresAt;
    const end = Math.max(session.expiresAt, now + policy.session.tombstoneMs, grantsEnd);
    const next: UploadSession = {
      ...core,
      state: "aborted",
      revision: session.revision + 1,
      expiresAt: end,
      dueAt: end,
    };
    if (!(await replaceOrYield(context, next, options))) return;
    const { received } = await load(context, session.id, options);
    context.emit(() => ({
      type: "upload.aborted",
      at: now,
      session: viewForEvent({ session: next, received }),
      cause: session.cause,
    }));
  } finally {
    await release(context, session.id, claimId, options);
  }
}
