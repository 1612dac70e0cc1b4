import { completeRuntime } from "../default-runtime.js";
import { UploadError } from "../errors.js";
import type { UploadEvent } from "../events.js";
import type { CallOptions } from "../runtime.js";
import type { SessionView } from "../session.js";
import type { SessionFilter } from "../store.js";
import type { StoredObject } from "../target.js";
import type { Caller, Engine, Files, Uploads } from "../uploads.js";
import { abort } from "./abort.js";
import { callback } from "./callback.js";
import { complete } from "./complete.js";
import type { EngineContext } from "./context.js";
import { create } from "./create.js";
import { declareSize } from "./declare-size.js";
import { typed } from "./failure.js";
import { grant } from "./grant.js";
import { makeFiles } from "./files.js";
import { trackHealth } from "./health.js";
import { delays } from "./delays.js";
import { knownSessions } from "./known-sessions.js";
import type { EngineOptions, EngineTiming } from "./options.js";
import { pingForEver } from "./ping.js";
import { resolvePolicies, viewPolicy } from "./policies.js";
import { allowedPolicies, choosePolicy } from "./routing.js";
import { setWire } from "./set-wire.js";
import { status } from "./status.js";
import { sweep } from "./sweep.js";
import { takeOver } from "./take-over.js";
import { viewSession } from "./view.js";
import { checkNotExpired, loadVisible } from "./visible.js";
import { write } from "./write.js";
import { trackWriters } from "./writers.js";

const defaultTiming: EngineTiming = {
  patienceMs: 2_000,
  leaseMs: 30_000,
  joinMs: 30_000,
  sweepEveryMs: 60_000,
  rescueMs: 60_000,
  stride: 32 * 1024 * 1024,
  unhealthyMs: 30_000,
  pingEveryMs: 10_000,
};

/**
 * The engine between front-ends and drivers. It sweeps by itself until it is closed.
 *
 * @example
 * const engine = createEngine({ store: memoryStore(), policies: [{ id: "disk", driver: local({ root: "files" }) }] });
 * const uploads = engine.as({ owner: "alice", groups: [] });
 *
 * @throws {UploadError} `OPTIONS_INVALID`, `POLICY_NOT_FOUND` for a rule that names an unknown policy
 */
export function createEngine(options: EngineOptions): Engine {
  const closing = new AbortController();
  const context = makeContext(options, closing.signal);
  let sweeping: Promise<unknown> = context.timing.sweepEveryMs > 0 ? sweepForEver(context) : Promise.resolve();
  const pinging = pingForEver(context);
  const verbs = new WeakMap<Caller, Uploads & Files>();
  return {
    as: (caller) => {
      const made = verbs.get(caller) ?? { ...makeUploads(context, caller), ...makeFiles(context, caller) };
      verbs.set(caller, made);
      return made;
    },
    sweep: (given = {}) => sweep(context, { signal: given.signal ?? context.patient }),
    activity: () => ({
      writes: context.writers.count(),
      completions: context.completions.size,
      policies: [...context.policies.keys()].map((id) => ({ id, isHealthy: context.health.isHealthy(id) })),
    }),
    close: async (given = {}) => {
      if (closing.signal.aborted) return void (await sweeping);
      closing.abort(new UploadError("INTERRUPTED", "the engine is closing", { reason: "closing" }));
      sweeping = closeAll(context, Promise.all([sweeping, pinging]), given.signal);
      await sweeping;
    },
  };
}

function makeContext(options: EngineOptions, closing: AbortSignal): EngineContext {
  const runtime = completeRuntime(options.runtime);
  const timing = { ...defaultTiming, ...options.timing };
  const policies = resolvePolicies(options.policies);
  const routing = options.routing ?? [];
  for (const { policyId } of routing.flatMap((rule) => rule.use)) {
    if (!policies.has(policyId))
      throw new UploadError("POLICY_NOT_FOUND", `a routing rule names policy ${policyId}`, { policyId });
  }
  const { onEvent } = options;
  const emit = (make: () => UploadEvent): void => {
    if (onEvent === undefined) return;
    const event = make();
    const log = (error: unknown): void =>
      runtime.log.error({ event: event.type, error: String(error) }, "an event listener threw");
    try {
      // A listener may be async all the same, and its rejection must not end the process.
      const result: unknown = onEvent(event);
      if (result instanceof Promise) result.catch(log);
    } catch (error) {
      log(error);
    }
  };
  return {
    store: options.store,
    policies,
    routing,
    quota: options.quota ?? (() => Number.MAX_SAFE_INTEGER),
    allows: (caller, policyId) => caller.owner === null || (options.allows?.(caller, policyId) ?? true),
    hooks: options.hooks ?? {},
    emit,
    runtime,
    timing,
    health: trackHealth(runtime.clock, timing.unhealthyMs),
    known: knownSessions(runtime.clock),
    writers: trackWriters(),
    watches: delays(runtime.clock, timing.patienceMs / 4),
    renewals: delays(runtime.clock, timing.leaseMs / 3),
    completions: new Map(),
    closing,
    patient: new AbortController().signal,
  };
}

function makeUploads(context: EngineContext, caller: Caller): Uploads {
  const full = <Given extends Partial<CallOptions>>(given?: Given): Given & CallOptions => ({
    ...(given as Given),
    signal: given?.signal ?? context.patient,
  });
  return {
    create: (request, options) => typed("create", create(context, caller, request, full(options))),
    write: (id, at, body, options) => typed("write", write(context, caller, id, at, body, full(options))),
    takeOver: (id, options) => typed("takeOver", takeOver(context, caller, id, full(options))),
    declareSize: (id, size, options) => typed("declareSize", declareSize(context, caller, id, size, full(options))),
    setWire: (id, wire, options) => typed("setWire", setWire(context, caller, id, wire, full(options))),
    session: (id, options) => typed("session", knownSession(context, caller, id, full(options))),
    status: (id, options) => typed("status", status(context, caller, id, full(options))),
    grant: (id, request, options) => typed("grant", grant(context, caller, id, request, full(options))),
    callback: (id, given, options) => typed("callback", callback(context, caller, id, given, full(options))),
    complete: (id, options) => typed("complete", completeVisible(context, caller, id, full(options))),
    abort: (id, options) => typed("abort", abort(context, caller, id, full(options))),
    sessions: (filter, options) => typed("sessions", listSessions(context, caller, filter, full(options))),
    policies: () => allowedPolicies(context, caller).map(viewPolicy),
    policyFor: (path) => viewPolicy(choosePolicy(context, null, { path, size: null, contentType: "" }, caller)),
  };
}

async function completeVisible(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<StoredObject> {
  await loadVisible(context, caller, id, options);
  return complete(context, id, options);
}

async function knownSession(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<SessionView> {
  const snapshot = await loadVisible(context, caller, id, options);
  checkNotExpired(context, snapshot.session);
  return viewSession(snapshot);
}

async function listSessions(
  context: EngineContext,
  caller: Caller,
  filter: SessionFilter,
  options: CallOptions,
): Promise<readonly SessionView[]> {
  const own = caller.owner === null ? filter : { ...filter, owner: caller.owner };
  return (await context.store.listSessions(own, options)).map(viewSession);
}

async function sweepForEver(context: EngineContext): Promise<void> {
  const { closing, runtime, timing } = context;
  while (!closing.aborted) {
    await sweep(context, { signal: context.patient }).catch((error: unknown) =>
      runtime.log.error({ error: String(error) }, "the sweep failed"),
    );
    // Spread, so that several gateways on one store do not sweep in step.
    await runtime.clock.sleep(timing.sweepEveryMs * (0.75 + Math.random() / 2), closing);
  }
}

/** Waits for what is under way, but no longer than the signal says; what is cut off goes on after the next start. */
async function closeAll(context: EngineContext, sweeping: Promise<unknown>, hurry?: AbortSignal): Promise<void> {
  const { log } = context.runtime;
  const closing = new UploadError(
    "INTERRUPTED",
    "the engine is closing",
    { reason: "closing" },
    { retry: "after-probe" },
  );
  const drained = context.writers
    .drain(closing)
    .then(() => Promise.allSettled([sweeping, ...[...context.completions.values()].map(({ outcome }) => outcome)]));
  const hurried = new Promise<void>((resolve) => {
    if (hurry?.aborted === true) resolve();
    hurry?.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([drained, hurried]);
  // A relay closes what is behind it.
  const drivers = [...context.policies.values()].map(async ({ driver, relayed }) =>
    (relayed?.driver ?? driver).close?.(),
  );
  for (const outcome of await Promise.allSettled(drivers)) {
    if (outcome.status === "rejected") log.error({ error: String(outcome.reason) }, "a driver did not close");
  }
  await context.store.close();
}
