import { isUploadError } from "../errors.js";
import type { ObjectRef } from "../object-ref.js";
import type { CallOptions } from "../runtime.js";
import type { SessionSnapshot } from "../store.js";
import type { SweepReport } from "../uploads.js";
import { abortSession } from "./abort.js";
import { complete } from "./complete.js";
import type { EngineContext } from "./context.js";
import { replaceOrYield } from "./replace.js";
import { policyOf } from "./routing.js";
import { timely } from "./timely.js";
import { load } from "./visible.js";

/** Sessions ended at a time. */
const together = 4;
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
  for (let limit = batch; ;) {
    const due = await context.store.listDue(context.runtime.clock.now(), limit, options);
    const fresh = due.filter(({ session }) => !seen.has(`${session.id} ${session.revision}`));
    for (const { session } of fresh) seen.add(`${session.id} ${session.revision}`);
    await inParallel(context, fresh, (snapshot) => settleDue(context, snapshot, counts, options));
    if ((fresh.length === 0 && due.length < limit) || isOver(context, options)) break;
    // What somebody else is at stays due; it must not hide what comes after it.
    limit = batch + due.length - fresh.length;
  }
  await collectGarbage(context, counts, options);
  return counts;
}

/** A few at a time, so that one backend that hangs holds up nobody else for long. */
async function inParallel<Item>(
  context: EngineContext,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && !context.closing.aborted; item = waiting.shift())
      await work(item);
  };
  await Promise.all(Array.from({ length: together }, worker));
}

function isOver(context: EngineContext, options: CallOptions): boolean {
  return options.signal.aborted || context.closing.aborted;
}

async function settleDue(
  context: EngineContext,
  snapshot: SessionSnapshot,
  counts: Counts,
  options: CallOptions,
): Promise<void> {
  const { id } = snapshot.session;
  try {
    await timely(context, (timed) => endOne(context, snapshot, counts, timed), options);
  } catch (error) {
    // Somebody is at it, and his own revision must not be taken from under him.
    if (isUploadError(error) && error.code === "SESSION_BUSY") return;
    counts.failed++;
    context.runtime.log.warn({ sessionId: id, error: String(error) }, "sweep: a session could not be ended yet");
    await postpone(context, id, options).catch(() => {});
  }
}

async function endOne(
  context: EngineContext,
  { session, claims }: SessionSnapshot,
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
      if (isBeingCompleted(context, claims)) return;
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

/** Somebody holds the claim and renews it. */
function isBeingCompleted(context: EngineContext, claims: SessionSnapshot["claims"]): boolean {
  return claims.some(({ purpose, until }) => purpose === "complete" && until > context.runtime.clock.now());
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
    const policy = policyOf(context, session.policyId);
    const { driver } = policy.relayed?.driver.name === session.driver ? policy.relayed : policy;
    if (session.state === "aborted") await driver.abort(null, session.target, options);
    const mayHaveObject =
      session.state === "completed" || (session.state === "aborted" && session.mayHaveObject === true);
    if (mayHaveObject) await driver.objects?.remove(session.target.key, options);
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
    if (found.length === 0 || isOver(context, options)) return;
    for (const { policyId, key } of found) tried.add(`${policyId} ${key}`);
    await inParallel(context, found, (object) => collect(context, object, counts, options));
  }
}

async function collect(context: EngineContext, object: ObjectRef, counts: Counts, options: CallOptions): Promise<void> {
  try {
    const { objects } = policyOf(context, object.policyId).driver;
    await timely(context, async (timed) => objects?.remove(object.key, timed), options);
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
