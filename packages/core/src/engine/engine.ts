import { completeRuntime } from "../default-runtime.js";
import { UploadError } from "../errors.js";
import type { UploadEvent } from "../events.js";
import type { CallOptions } from "../runtime.js";
import type { Caller, Engine, Uploads } from "../uploads.js";
import { abort } from "./abort.js";
import { complete } from "./complete.js";
import type { EngineContext } from "./context.js";
import { create } from "./create.js";
import { declareSize } from "./declare-size.js";
import { toUploadError } from "./failure.js";
import { makeFiles } from "./files.js";
import { trackHealth } from "./health.js";
import type { EngineOptions, EngineTiming } from "./options.js";
import { resolvePolicies, viewPolicy } from "./policies.js";
import { choosePolicy } from "./routing.js";
import { status } from "./status.js";
import { sweep } from "./sweep.js";
import { takeOver } from "./take-over.js";
import { viewSession } from "./view.js";
import { loadVisible } from "./visible.js";
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
  return {
    as: (caller) => ({ ...makeUploads(context, caller), ...guard(makeFiles(context, caller)) }),
    sweep: (given = {}) => sweep(context, { signal: given.signal ?? context.patient }),
    close: async () => {
      if (closing.signal.aborted) return void (await sweeping);
      closing.abort(new UploadError("INTERRUPTED", "the engine is closing", { reason: "closing" }));
      sweeping = closeAll(context, sweeping);
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
  const emit = (event: UploadEvent): void => {
    try {
      options.onEvent?.(event);
    } catch (error) {
      runtime.log.error({ event: event.type, error: String(error) }, "an event listener threw");
    }
  };
  return {
    store: options.store,
    policies,
    routing,
    quota: options.quota ?? (() => Number.MAX_SAFE_INTEGER),
    hooks: options.hooks ?? {},
    emit,
    runtime,
    timing,
    health: trackHealth(runtime.clock, timing.unhealthyMs),
    writers: trackWriters(),
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
    ...guard({
      create: (request, options) => create(context, caller, request, full(options)),
      write: (id, at, body, options) => write(context, caller, id, at, body, full(options)),
      takeOver: (id, options) => takeOver(context, caller, id, full(options)),
      declareSize: (id, size, options) => declareSize(context, caller, id, size, full(options)),
      status: (id, options) => status(context, caller, id, full(options)),
      complete: async (id, options) => {
        await loadVisible(context, caller, id, full(options));
        return complete(context, id, full(options));
      },
      abort: (id, options) => abort(context, caller, id, full(options)),
      sessions: async (filter, options) => {
        const own = caller.owner === null ? filter : { ...filter, owner: caller.owner };
        return (await context.store.list(own, full(options))).map(viewSession);
      },
    } satisfies Omit<Uploads, "policies" | "policyFor">),
    policies: () => [...context.policies.values()].map(viewPolicy),
    policyFor: (path) => viewPolicy(choosePolicy(context, null, { path, size: null, contentType: "" }, caller)),
  };
}

/** Every call of the public interface throws `UploadError` and nothing else. */
function guard<Api extends object>(api: Api): Api {
  const guarded = Object.entries(api).map(([name, call]: [string, (...given: unknown[]) => Promise<unknown>]) => [
    name,
    (...given: unknown[]) =>
      call(...given).catch((error: unknown) => {
        throw toUploadError(error, name);
      }),
  ]);
  return Object.fromEntries(guarded) as Api;
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

async function closeAll(context: EngineContext, sweeping: Promise<unknown>): Promise<void> {
  await context.writers.drain(
    new UploadError("INTERRUPTED", "the engine is closing", { reason: "closing" }, { retry: "after-probe" }),
  );
  await Promise.allSettled([sweeping, ...context.completions.values()]);
  for (const { driver } of context.policies.values()) await driver.close?.();
  await context.store.close();
}
