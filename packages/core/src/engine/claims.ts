import { isUploadError, UploadError } from "../errors.js";
import type { ByteRange } from "../bytes.js";
import type { CallOptions } from "../runtime.js";
import type { Claimed, WriteClaim } from "../store.js";
import type { EngineContext } from "./context.js";
import { fence } from "./fence.js";
import { load } from "./visible.js";
import { over } from "./over.js";

/** What a caller of `acquire` wants to hold. */
export interface ClaimWish {
  readonly sessionId: string;
  readonly purpose: WriteClaim["purpose"];
  readonly range: ByteRange;
  /** Late bytes of an evicted writer must be kept out; `false` where the upload is given up anyway. */
  readonly fenced: boolean;
}

export type Acquired = Exclude<Claimed, { readonly kind: "held" }> & { readonly claimId: string };

/**
 * Takes a claim. Asking comes first: holders are marked wanted, cut where they are in this process, and waited
 * for. Who has not let go after `patienceMs`, or has not renewed, is evicted, and his late bytes are fenced out.
 *
 * @throws {UploadError} `SESSION_CLOSED`, `SESSION_NOT_FOUND`, `RANGE_OVERLAP`, `SESSION_BUSY` while a completion holds the session
 */
export async function acquire(context: EngineContext, wish: ClaimWish, options: CallOptions): Promise<Acquired> {
  const { clock, newId } = context.runtime;
  const claimId = newId();
  const askedAt = clock.now();
  for (;;) {
    const turn = await waitTurn(context, wish, claimId, askedAt, options);
    if (turn.kind === "granted" || turn.kind === "stored") return { ...turn, claimId };
    if (turn.evict.length === 0) continue;
    if (wish.purpose === "write" && wish.fenced) {
      // Others write to the same place under the same handle, so nobody may write while the handle moves on.
      const whole = await acquire(context, { ...wish, purpose: "complete" }, options);
      await release(context, wish.sessionId, whole.claimId, options);
    } else {
      const evicted = await evict(context, wish, claimId, turn.evict, options);
      if (evicted !== null) return { ...evicted, claimId };
    }
    await clock.sleep(1, options.signal);
  }
}

type Turn =
  | Exclude<Claimed, { readonly kind: "held" }>
  | { readonly kind: "overdue"; readonly evict: readonly string[] };

async function waitTurn(
  context: EngineContext,
  wish: ClaimWish,
  claimId: string,
  askedAt: number,
  options: CallOptions,
): Promise<Turn> {
  const { store, timing, writers } = context;
  const { clock } = context.runtime;
  const claimed = await store.claim(wish.sessionId, newClaim(context, wish, claimId), [], options);
  if (claimed.kind !== "held") return claimed;
  const wake = new AbortController();
  // From here on a change wakes us; the claim is asked for again, so one between the two calls is not missed.
  const changed = store.changed(wish.sessionId, { signal: wake.signal });
  const giveUp = (): void => wake.abort(over);
  options.signal.addEventListener("abort", giveUp, { once: true });
  try {
    for (const { id } of claimed.by) writers.cut(id, superseded(wish.sessionId));
    const again = await store.claim(wish.sessionId, newClaim(context, wish, claimId), [], options);
    if (again.kind !== "held") return again;
    const now = clock.now();
    const evictable = again.by.filter(
      (claim) => claim.until <= now || (claim.purpose === "write" && now >= askedAt + timing.patienceMs),
    );
    if (evictable.length === again.by.length) return { kind: "overdue", evict: evictable.map((claim) => claim.id) };
    const completing = again.by.some((claim) => claim.purpose === "complete");
    const deadline = askedAt + (completing ? timing.joinMs : timing.patienceMs);
    if (completing && now >= deadline) throw busy(wish.sessionId, timing.patienceMs);
    // A claim that nobody renews may be taken as soon as it runs out.
    const until = Math.min(deadline, ...again.by.map((claim) => claim.until));
    await Promise.race([changed, clock.sleep(Math.max(until - now, 1), wake.signal)]);
    // A store may wake us for nothing; without a rest that would be a loop that lets nobody else run.
    await clock.sleep(1, options.signal);
    options.signal.throwIfAborted();
    return { kind: "overdue", evict: [] };
  } finally {
    options.signal.removeEventListener("abort", giveUp);
    wake.abort(over);
  }
}

/**
 * Takes the claim and others away with it, and fences their late bytes out. Where fencing fails the claim stays: the
 * next newcomer has to evict it, and then fences. `null`: others were quicker.
 */
async function evict(
  context: EngineContext,
  wish: ClaimWish,
  claimId: string,
  ids: readonly string[],
  options: CallOptions,
): Promise<(Turn & { readonly kind: "granted" }) | null> {
  const claimed = await context.store.claim(wish.sessionId, newClaim(context, wish, claimId), ids, options);
  if (claimed.kind !== "granted") return null;
  if (!wish.fenced) return claimed;
  const held = keepClaim(context, wish, claimId, options);
  try {
    if (!(await fence(context, claimed.snapshot.session, options))) return claimed;
    return { ...claimed, snapshot: await load(context, wish.sessionId, options) };
  } finally {
    await held.stop();
  }
}

/** Lets a claim go; never throws. */
export async function release(
  context: EngineContext,
  sessionId: string,
  claimId: string,
  options: CallOptions,
): Promise<void> {
  await context.store
    .settle(
      sessionId,
      claimId,
      null,
      { keepClaim: false, expiresAt: 0, completionDueAt: context.runtime.clock.now() },
      options,
    )
    .catch(() => {});
}

/** Renews a claim in the background; `stop` resolves when no renewal is on its way any more. */
export function keepClaim(
  context: EngineContext,
  wish: ClaimWish,
  claimId: string,
  options: CallOptions,
): { stop(): Promise<void> } {
  let isStopped = false;
  let renewing = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      await context.store.claim(wish.sessionId, newClaim(context, wish, claimId), [], options);
    } catch (error) {
      // The session has ended. Anything else may pass: the claim holds until its time is over.
      if (isUploadError(error) && error.code.startsWith("SESSION_")) isStopped = true;
    }
    if (!isStopped) renewal = context.renewals.later(soon);
  };
  const soon = (): void => {
    if (!isStopped) renewing = renew();
  };
  let renewal = context.renewals.later(soon);
  return {
    stop: () => {
      isStopped = true;
      renewal.callOff();
      return renewing;
    },
  };
}

export function newClaim(context: EngineContext, wish: Pick<ClaimWish, "purpose" | "range">, id: string): WriteClaim {
  return {
    id,
    purpose: wish.purpose,
    range: wish.range,
    wanted: false,
    until: context.runtime.clock.now() + context.timing.leaseMs,
  };
}

export function superseded(id: string): UploadError<"SUPERSEDED"> {
  return new UploadError("SUPERSEDED", `session ${id}: a newer request took over`, { id }, { retry: "after-probe" });
}

export function busy(id: string, retryAfterMs: number): UploadError<"SESSION_BUSY"> {
  return new UploadError("SESSION_BUSY", `session ${id} is being completed`, { id, retryAfterMs }, { retry: "same" });
}
