import type { StoredObject, UploadTarget } from "./target.js";
import type { ErrorCode } from "./errors.js";
import type { EpochMs, Json } from "./runtime.js";

/** The durable record of one upload. Plain JSON; replaced, never changed in place. */
export type UploadSession = SessionCore & SessionState;

export interface SessionCore {
  readonly id: string;
  /** Grows by one with every `replace`; the compare-and-swap token. Receipts and claims leave it alone. */
  readonly revision: number;
  readonly owner: string;
  readonly policyId: string;
  /** `StorageDriver.name` of who wrote the handle, layers included; a policy may change meanwhile. */
  readonly driver: string;
  readonly protocol: string;
  /** The front-end's own durable facts (callback secret, raw `Upload-Metadata`). No driver sees it, no log. */
  readonly wire: Json;
  /** `mixed`: it began directly and went on through us. All but `through` ask the backend (`probe`) at completion. */
  readonly transfer: "through" | "direct" | "mixed";
  readonly target: UploadTarget;
  /** Most bytes that it may come to; fixed at `create` from size, policy and quota. */
  readonly sizeLimit: number;
  /** What the catalog shows when it is completed. `null`: nothing (a partial of tus, a plain object). */
  readonly entry: EntryDraft | null;
  /** Cloudreve and tus complete when the last byte is in; RUFH and Content-Range when told to. */
  readonly completion: "when-full" | "explicit";
  readonly createdAt: EpochMs;
  /** Moves later on activity, up to an absolute cap; never earlier. A tombstone lives at least as long. */
  readonly expiresAt: EpochMs;
  /** When the sweeper looks next: expiry, a completion that takes too long, a retry, a tombstone's end. */
  readonly dueAt: EpochMs;
}

/**
 * A `handle` may hold bearer URLs: it leaves the store only towards its driver, never to a log or client.
 * `mayHaveObject`: a completion had begun, so an object of this upload may lie at its key, and goes with it.
 */
export type SessionState =
  /** Stored before `begin`, so that no crash leaves an upload at the backend that nobody knows. */
  | { readonly state: "opening" }
  | { readonly state: "open"; readonly handle: Json }
  | { readonly state: "completing"; readonly handle: Json }
  | { readonly state: "completed"; readonly object: StoredObject }
  | {
      readonly state: "aborting";
      readonly handle: Json | null;
      readonly cause: AbortCause;
      readonly mayHaveObject?: boolean;
    }
  | { readonly state: "aborted"; readonly cause: AbortCause; readonly mayHaveObject?: boolean };

/** `error` is what a completion that can never succeed threw, told again to whoever asks again. */
export interface AbortCause {
  readonly reason: AbortReason;
  readonly error?: { readonly code: ErrorCode; readonly details: Json };
}

export type AbortReason = "client" | "expired" | "operator" | "failed";

export interface EntryDraft {
  readonly path: string;
  readonly onConflict: "replace" | "refuse";
  /** `CatalogEntry.version` that it must replace; `VERSION_CONFLICT` if another is there by then. */
  readonly replaces?: string;
  readonly modifiedAt: EpochMs;
}

/** A session as everyone but the engine and its store sees it. */
export type SessionView = Omit<SessionCore, "revision" | "dueAt" | "driver"> & { readonly received: number } & (
    | { readonly state: "opening" | "open" | "completing" }
    | { readonly state: "completed"; readonly object: StoredObject }
    | { readonly state: "aborting" | "aborted"; readonly cause: AbortCause }
  );
