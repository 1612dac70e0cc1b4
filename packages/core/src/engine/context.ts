import type { Catalog } from "../catalog-entry.js";
import type { UploadEvent, UploadHooks } from "../events.js";
import type { StoredObject } from "../target.js";
import type { RoutingRule } from "../policy.js";
import type { Runtime } from "../runtime.js";
import type { SessionStore } from "../store.js";
import type { Caller } from "../uploads.js";
import type { Health } from "./health.js";
import type { Delays } from "./delays.js";
import type { KnownSessions } from "./known-sessions.js";
import type { EngineTiming } from "./options.js";
import type { ResolvedPolicy } from "./policies.js";
import type { Writers } from "./writers.js";

/** What every verb of one engine shares. */
export interface EngineContext {
  readonly store: SessionStore & Catalog;
  /** In the order of configuration. */
  readonly policies: ReadonlyMap<string, ResolvedPolicy>;
  readonly routing: readonly RoutingRule[];
  readonly quota: (caller: Caller) => number;
  readonly allows: (caller: Caller, policyId: string) => boolean;
  readonly hooks: UploadHooks;
  /** Never throws. The event is made where somebody listens. */
  readonly emit: (make: () => UploadEvent) => void;
  readonly runtime: Runtime;
  readonly timing: EngineTiming;
  readonly health: Health;
  readonly known: KnownSessions;
  /** Writes in flight in this process. */
  readonly writers: Writers;
  /** Until a write is worth watching. */
  readonly watches: Delays;
  /** Until a claim that is kept has to be renewed. */
  readonly renewals: Delays;
  /** Completions in flight in this process, by session. */
  readonly completions: Map<string, RunningCompletion>;
  /** Aborted when the engine closes: nothing new is begun. */
  readonly closing: AbortSignal;
  /** For calls whose caller gave no signal: never aborts, so that a drain keeps what came. */
  readonly patient: AbortSignal;
}

/** A completion in this process, which others may wait for. */
export interface RunningCompletion {
  readonly outcome: Promise<StoredObject>;
  /** Of whoever began it. */
  readonly signal: AbortSignal;
}
