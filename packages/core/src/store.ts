import type { ByteRange } from "./bytes.js";
import type { CatalogEntry } from "./catalog-entry.js";
import type { Receipt } from "./driver.js";
import type { CallOptions, EpochMs } from "./runtime.js";
import type { ObjectRef } from "./object-ref.js";
import type { UploadSession } from "./session.js";

/**
 * The right to write one extent, or to complete the session. At most one claim covers a byte, and a
 * receipt needs its claim: that fences late writers, in this process and in others.
 */
export interface WriteClaim {
  /** The fencing token, and `Chunk.attempt`. */
  readonly id: string;
  readonly purpose: "write" | "complete";
  /** Up to `sizeLimit` where nobody knows how far the body goes. `complete` covers everything. */
  readonly range: ByteRange;
  /** Somebody newer waits for it: cut the body, settle what came, let go. */
  readonly wanted: boolean;
  /** May be taken away without asking from then on; the holder claims again to move it. */
  readonly until: EpochMs;
}

export interface SessionSnapshot {
  readonly session: UploadSession;
  /** Bytes that receipts cover: a counter, kept by the statement that stores the receipt. */
  readonly received: number;
  readonly claims: readonly WriteClaim[];
}

export type Claimed =
  | { readonly kind: "granted"; readonly snapshot: SessionSnapshot }
  /** Exactly this extent is there: read the body, compare, acknowledge again. */
  | { readonly kind: "stored"; readonly snapshot: SessionSnapshot; readonly receipt: Receipt }
  /** Others hold a part of it; `wanted` is now set on the writing ones. */
  | { readonly kind: "held"; readonly by: readonly WriteClaim[] };

/**
 * Durable sessions. State changes compare and swap; receipts of different extents commute. Each
 * method is one atomic round trip, so that a store may commit those of many callers together.
 * Claims need not outlive a crash: a store that is alone on its database keeps them in memory.
 */
export interface SessionStore {
  /**
   * Reserves the id, the path (where `entry` refuses a conflict) and `size` bytes of quota. The state is
   * `opening` or `open`. `quota` is the most bytes, reserved and stored, that the owner may come to.
   *
   * Refused, in this order: an id that is there (`SESSION_EXISTS`); a path that is a folder, or has a file
   * among its ancestors (`OBJECT_EXISTS` naming it); `replaces` where another version or nothing is there
   * (`VERSION_CONFLICT`); with `onConflict: "refuse"`, a path that is taken (`OBJECT_EXISTS`) or that another
   * unfinished session of the owner aims at (`PATH_BUSY`; one that is `aborting` aims at nothing any more, however long
   * its backend cannot be reached); too many bytes (`QUOTA_EXCEEDED`).
   *
   * @throws {UploadError} `SESSION_EXISTS`, `OBJECT_EXISTS`, `VERSION_CONFLICT`, `PATH_BUSY`, `QUOTA_EXCEEDED`
   */
  insert(session: UploadSession, quota: number, options: CallOptions): Promise<void>;
  get(id: string, options: CallOptions): Promise<SessionSnapshot | null>;
  /**
   * Stores `next` if the stored revision is still `next.revision - 1`. Leaving `open` marks every writing
   * claim wanted; `aborted` gives back what was reserved. Nothing becomes `completed` here: that is `publish`.
   * A `target.size` that was `null` and is a number now is reserved.
   * @throws {UploadError} `REVISION_CONFLICT`, `SESSION_NOT_FOUND`, `QUOTA_EXCEEDED` (a size declared late)
   */
  replace(next: UploadSession, quota: number, options: CallOptions): Promise<void>;
  /**
   * Grants this claim if it is free. The claims named in `evict` do not stand in its way, and are taken away
   * if it is granted: never without, because only who holds the grant fences their writers out. A `write` claim needs
   * state `open`, a `complete` claim any unfinished state (`opening`, `open`, `completing`, `aborting`).
   *
   * Two extents overlap when they share a byte or start at the same offset (an empty object has the one
   * extent `[0, 0)`). Claims are looked at before receipts: `held` wins over `stored` and `RANGE_OVERLAP`.
   * A claim whose id is there already is renewed: `range` and `until` move, `wanted` stays as it is.
   * @throws {UploadError} `SESSION_CLOSED`, `SESSION_NOT_FOUND`, `RANGE_OVERLAP` with another extent's receipt
   */
  claim(id: string, claim: WriteClaim, evict: readonly string[], options: CallOptions): Promise<Claimed>;
  /**
   * Stores the receipt, adds to `received`, moves `expiresAt` and `dueAt` later (never earlier), and lets
   * the claim go unless it is kept for more. The receipt that makes a `when-full` session full also makes
   * it `completing` (one revision more, `dueAt` as given), so that no crash can come between the two; its claim may
   * become the completion's in the same step (`completeUntil`).
   * A `null` receipt only lets go, and never throws.
   * @throws {UploadError} `SUPERSEDED` when the claim was taken away or the session is not open
   */
  settle(
    id: string,
    claimId: string,
    receipt: Receipt | null,
    next: SettleOptions,
    options: CallOptions,
  ): Promise<Settled>;
  /** In offset order, and as long as the session is there. Read once, at completion, and by `status`. */
  receipts(id: string, options: CallOptions): Promise<readonly Receipt[]>;
  /**
   * Resolves soon after the next change of this session, its claims or receipts, by any process; may
   * resolve for nothing, and does when the signal aborts; never rejects. Called before the read that it
   * guards, not after. Costs nothing while nobody waits.
   */
  changed(id: string, options: CallOptions): Promise<void>;
  /**
   * `completing` becomes `completed`, the entry visible, reserved bytes stored bytes, and the key of a
   * replaced entry garbage, in one transaction. Missing ancestor folders are made. Where `next.entry` allows
   * a replacement, the entry at the path keeps its id and `createdAt`. With a `null` entry the bytes stay
   * reserved until `delete`.
   * @throws {UploadError} `REVISION_CONFLICT`, `OBJECT_EXISTS`, `VERSION_CONFLICT`
   */
  publish(next: UploadSession, entry: CatalogEntry | null, options: CallOptions): Promise<void>;
  /** Sessions in any state whose `dueAt` has come; earliest first. */
  listDue(now: EpochMs, limit: number, options: CallOptions): Promise<readonly SessionSnapshot[]>;
  listSessions(filter: SessionFilter, options: CallOptions): Promise<readonly SessionSnapshot[]>;
  /** With its receipts, claims and what it still reserves. Idempotent. */
  delete(id: string, options: CallOptions): Promise<void>;
  /** Objects that no entry names any more, oldest first, and that one of them is gone from its backend. */
  garbage(limit: number, options: CallOptions): Promise<readonly ObjectRef[]>;
  collected(object: ObjectRef, options: CallOptions): Promise<void>;
  close(): Promise<void>;
}

export interface SettleOptions {
  readonly keepClaim: boolean;
  readonly expiresAt: EpochMs;
  /** `dueAt` of the session, should this receipt make it `completing`: when the sweeper takes over. */
  readonly completionDueAt: EpochMs;
  /** `until` of the `complete` claim that this claim may turn into; absent: it is let go whatever happens. */
  readonly completeUntil?: EpochMs;
}

export interface Settled {
  /** Bytes that receipts cover. */
  readonly received: number;
  /** This receipt made a `when-full` session `completing`. */
  readonly filled: boolean;
  /**
   * It did, nobody else held a claim, and so this one is the `complete` claim now, as `completeUntil` asked for. A store
   * that cannot do that leaves it out, and the completion is claimed by itself.
   */
  readonly holdsCompletion?: true;
}

export interface SessionFilter {
  /** Absent: everybody's. */
  readonly owner?: string;
  readonly state?: UploadSession["state"];
  /** Ids after this one; the list is in the order of ids. */
  readonly after?: string;
  readonly limit: number;
}
