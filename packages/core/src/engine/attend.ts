import { UploadError } from "../errors.js";
import type { WriteClaim } from "../store.js";
import { newClaim, superseded } from "./claims.js";
import type { EngineContext } from "./context.js";
import type { Meter } from "./meter.js";
import { over } from "./over.js";

/**
 * Watches over a write: makes it known in this process, renews its claim, and cuts the body when a newer
 * writer, in whichever process, wants the claim. Most writes end before the store is asked at all.
 */
export function attend(context: EngineContext, sessionId: string, claim: WriteClaim, meter: Meter): { end(): void } {
  let settle = (): void => {};
  const done = new Promise<void>((resolve) => (settle = resolve));
  context.writers.add(claim.id, { cut: (error) => meter.cut(error), done });
  // The engine may have begun to close since the request came in.
  if (context.closing.aborted)
    meter.cut(new UploadError("INTERRUPTED", "the server is closing", { reason: "closing" }, { retry: "after-probe" }));
  let ended: AbortController | null = null;
  const start = context.watches.later(() => {
    ended = new AbortController();
    watch(context, sessionId, claim, meter, ended.signal).catch((cause: unknown) => {
      context.runtime.log.warn({ sessionId, cause: String(cause) }, "a write could not watch its claim");
    });
  });
  return {
    end: () => {
      context.writers.remove(claim.id);
      start.callOff();
      ended?.abort(over);
      settle();
    },
  };
}

async function watch(
  context: EngineContext,
  sessionId: string,
  claim: WriteClaim,
  meter: Meter,
  ended: AbortSignal,
): Promise<void> {
  const { store, timing } = context;
  const { clock } = context.runtime;
  while (!ended.aborted) {
    const wake = new AbortController();
    const changed = store.changed(sessionId, { signal: wake.signal });
    // A store that fails now may answer the next time; the claim holds until its time is over.
    const isOurs = await look(context, sessionId, claim, ended).catch(() => true);
    if (ended.aborted) return wake.abort(over);
    if (!isOurs) {
      wake.abort(over);
      return meter.cut(superseded(sessionId));
    }
    const stop = (): void => wake.abort(over);
    ended.addEventListener("abort", stop, { once: true });
    await Promise.race([changed, clock.sleep(timing.leaseMs / 3, wake.signal)]);
    ended.removeEventListener("abort", stop);
    wake.abort(over);
    // A busy session changes often; a newcomer waits `patienceMs`, so this is soon enough.
    await clock.sleep(timing.patienceMs / 20, ended);
  }
}

/** Renews the claim where it is time to; `false`: it is gone, or somebody newer wants it. */
async function look(
  context: EngineContext,
  sessionId: string,
  claim: WriteClaim,
  ended: AbortSignal,
): Promise<boolean> {
  const { store, timing, runtime } = context;
  const own = (await store.get(sessionId, { signal: ended }))?.claims.find(({ id }) => id === claim.id);
  if (own === undefined || own.wanted) return false;
  if (!ended.aborted && own.until - runtime.clock.now() < (timing.leaseMs * 2) / 3) {
    await store.claim(sessionId, newClaim(context, claim, claim.id), [], { signal: ended });
  }
  return true;
}
