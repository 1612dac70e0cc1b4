import type { UploadEvent, UploadHooks } from "../events.js";
import type { RoutingRule, StoragePolicy } from "../policy.js";
import type { Runtime } from "../runtime.js";
import type { Catalog } from "../catalog-entry.js";
import type { SessionStore } from "../store.js";
import type { Caller } from "../uploads.js";

/** A policy as code writes it: all but `id` and `driver` have defaults. */
export type PolicyOptions = Pick<StoragePolicy, "id" | "driver" | "relayed"> & {
  readonly [Key in Exclude<keyof StoragePolicy, "id" | "driver" | "relayed">]?: StoragePolicy[Key] extends object
    ? Partial<StoragePolicy[Key]>
    : StoragePolicy[Key];
};

/** What `createEngine` composes. */
export interface EngineOptions {
  readonly store: SessionStore & Catalog;
  /** At least one. An upload that no routing rule matches goes to the first. */
  readonly policies: readonly PolicyOptions[];
  readonly routing?: readonly RoutingRule[];
  /** Most bytes, reserved and stored, that a caller's files may come to. Absent: no limit. */
  readonly quota?: (caller: Caller) => number;
  /** Whether a caller may upload to a policy, and learn of it. The operator may always. Absent: everybody may. */
  readonly allows?: (caller: Caller, policyId: string) => boolean;
  readonly hooks?: UploadHooks;
  readonly onEvent?: (event: UploadEvent) => void;
  readonly runtime?: Partial<Runtime>;
  readonly timing?: Partial<EngineTiming>;
}

/** Durations in milliseconds, sizes in bytes. */
export interface EngineTiming {
  /** How long a newcomer waits for the writer before it to settle, before it evicts and fences. Default 2 s. */
  readonly patienceMs: number;
  /** A claim may be taken away without asking when it was not renewed for so long. Default 30 s. */
  readonly leaseMs: number;
  /** How long a call waits for a completion that somebody else runs. Default 30 s. */
  readonly joinMs: number;
  /** Between two sweeps; 0: only when `sweep` is called. Default 60 s. */
  readonly sweepEveryMs: number;
  /** Longest wait before the sweep takes over an opening or a completion that was left. Default 60 s. */
  readonly rescueMs: number;
  /** Most bytes of a body in one driver write, where it need not be whole. Default 32 MiB. */
  readonly stride: number;
  /** No new uploads to a policy for so long after its backend failed, while another matches. Default 30 s. */
  readonly unhealthyMs: number;
  /** Between two pings of each driver that has one; 0: never. Default 10 s. */
  readonly pingEveryMs: number;
}
