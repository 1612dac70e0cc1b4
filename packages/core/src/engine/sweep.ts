import type { CallOptions } from "../runtime.js";
import type { SessionSnapshot } from "../store.js";
import type { SweepReport } from "../uploads.js";
import { abortSession } from "./abort.js";
import { complete } from "./complete.js";
import type { EngineContext } from "./context.js";
import { replaceOrYield } from "./replace.js";
import { policyOf } from "./routing.js";
import { load } from "./visible.js";

/** Sessions and objects of one look at the store. */
const batch = 100;

type Counts = { -readonly [Key in keyof SweepReport]: number };

/**
 * Ends what has expired, finishes what a crash left, removes tombstones and garbage. It touches only what the
 * store names, so it is safe in a bucket that others use, and beside other sweepers.
 */
export async function sweep(context: EngineContext, options: CallOptions): Promise<SweepReport> {
  const counts: Counts = { aborted: 0, completed: 0, collected: 0, failed: 0 };
  const seen = new Set<string>();
  for (;;) {
    const due = await context.store.listDue(context.runtime.clock.now(), batch, options);
    const fresh = due.filter(({ session }) => !seen.has(`${session.id} ${session.revision}`));
    for (const snapshot of fresh) {
      if (options.signal.aborted || context.closing.aborted) return counts;
      seen.add(`${snapshot.session.id} ${snapshot.session.revision}`);
      await settleDue(context, snapshot, counts, options);
    }
    if (fresh.length === 0) break;
  }
  await collectGarbage(context, counts, options);
  return counts;
}

async function settleDue(
  context: EngineContext,
  snapshot: SessionSnapshot,
  counts: Counts,
  options: CallOptions,
): Promise<void> {
  const { id } = snapshot.session;
  try {
    await endOne(context, snapshot, counts, options);
  } catch (error) {
    counts.failed++;
    context.runtime.log.warn({ sessionId: id, error: String(error) }, "sweep: a session could not be ended yet");
    await postpone(context, id, options).catch(() => {});
  }
}

async function endOne(
  context: EngineContext,
  { session }: SessionSnapshot,
  counts: Counts,
  options: CallOptions,
): Promise<void> {
  switch (session.state) {
    case "opening":
      await abortSession(context, session.id, { reason: "failed" }, options);
      counts.aborted++;
      return;
    case "open":
      return endOpen(context, session.id, counts, options);
    case "completing":
      return endCompleting(context, session, counts, options);
    case "aborting":
      await abortSession(context, session.id, session.cause, options);
      counts.aborted++;
      return;
    default:
      return removeTombstone(context, session, options);
  }
}

async function endOpen(context: EngineContext, id: string, counts: Counts, options: CallOptions): Promise<void> {
  const { session, received } = await load(context, id, options);
  if (session.state !== "open" || session.expiresAt > context.runtime.clock.now()) return;
  if (session.completion === "when-full" && received === session.target.size) {
    await complete(context, id, options);
    counts.completed++;
    return;
  }
  await abortSession(context, id, { reason: "expired" }, options);
  counts.aborted++;
}

/** Tried again until its time is over; a completion that fails for good has ended as aborted by then. */
async function endCompleting(
  context: EngineContext,
  session: SessionSnapshot["session"],
  counts: Counts,
  options: CallOptions,
): Promise<void> {
  try {
    await complete(context, session.id, options);
    counts.completed++;
  } catch (error) {
    if (session.expiresAt > context.runtime.clock.now()) throw error;
    await abortSession(context, session.id, { reason: "expired" }, options);
    counts.aborted++;
  }
}

/** What an evicted writer may have left after `abort` goes with the tombstone, and an object that only it named. */
async function removeTombstone(
  context: EngineContext,
  session: SessionSnapshot["session"],
  options: CallOptions,
): Promise<void> {
  const isNamed = session.state === "completed" && session.entry !== null;
  if (!isNamed) {
    const { driver } = policyOf(context, session.policyId);
    if (session.state === "aborted") await driver.abort(null, session.target, options);
    await driver.objects?.remove(session.target.key, options);
  }
  await context.store.delete(session.id, options);
}

/** Pushes a session that cannot be ended now behind the others, so that it starves nobody. */
async function postpone(context: EngineContext, id: string, options: CallOptions): Promise<void> {
  const snapshot = await context.store.get(id, options);
  if (snapshot === null) return;
  const { session } = snapshot;
  await replaceOrYield(
    context,
    { ...session, revision: session.revision + 1, dueAt: context.runtime.clock.now() + context.timing.rescueMs },
    options,
  );
}

async function collectGarbage(context: EngineContext, counts: Counts, options: CallOptions): Promise<void> {
  const tried = new Set<string>();
  for (;;) {
    const found = (await context.store.garbage(batch + tried.size, options)).filter(
      ({ policyId, key }) => !tried.has(`${policyId} ${key}`),
    );
    if (found.length === 0 || options.signal.aborted || context.closing.aborted) return;
    for (const object of found) {
      tried.add(`${object.policyId} ${object.key}`);
      try {
        await policyOf(context, object.policyId).driver.objects?.remove(object.key, options);
        await context.store.collected(object, options);
        counts.collected++;
      } catch (error) {
        counts.failed++;
        context.runtime.log.warn(
          { policyId: object.policyId, error: String(error) },
          "sweep: an object could not be removed yet",
        );
      }
    }
  }
}
