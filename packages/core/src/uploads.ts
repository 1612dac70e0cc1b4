import type { ByteRange, ByteSource, Checksum } from "./bytes.js";
import type { CatalogEntry } from "./catalog-entry.js";
import type { DirectGrant, GrantRequest, VendorCallback } from "./direct.js";
import type { StoredObject } from "./target.js";
import type { PolicyView } from "./policy.js";
import type { CallOptions, EpochMs, Json } from "./runtime.js";
import type { SessionView } from "./session.js";
import type { SessionFilter } from "./store.js";

/** Who asks. `null` as owner: the operator, or a node that signs for a session: owns everything. */
export interface Caller {
  readonly owner: string | null;
  readonly groups: readonly string[];
}

export interface CreateUpload {
  /** A client's or a master's own id, made one owner's by the front-end (a hash of owner and id). */
  readonly id?: string;
  /** Explicit policy, or `null` to let the routing rules choose. */
  readonly policyId: string | null;
  readonly protocol: string;
  /** The front-end's own durable facts. */
  readonly wire?: Json;
  /** Where the catalog shows it, name included; `null` for an object that only its session names. */
  readonly path: string | null;
  readonly size: number | null;
  /** `planned`: we cut the object. `free`: the client sends what it likes. */
  readonly framing: "planned" | "free";
  /**
   * Least bytes of a planned chunk but the last, for a client that can take so many chunks only; moved into the driver's
   * limits as the policy's wish is. Absent: as the policy wishes.
   */
  readonly minChunkSize?: number;
  readonly completion: "when-full" | "explicit";
  /** The bytes come through us whatever the policy says; so they do where the client cuts them, or where there are none. */
  readonly transfer?: "through";
  readonly checksum?: Checksum;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly modifiedAt?: EpochMs;
  /** The session lives until then at least, however short the policy's `ttl`; for one that somebody else's session needs. */
  readonly expiresAt?: EpochMs;
  readonly onConflict?: "replace" | "refuse";
  readonly replaces?: string;
}

/** What a server composes front-ends over. It sweeps by itself on its clock. */
export interface Engine {
  /** Everything that follows answers for this caller only; foreign and unknown look the same. */
  as(caller: Caller): Uploads & Files;
  /** Ends what has expired, finishes what a crash left, empties the garbage. Safe in a shared bucket. */
  sweep(options?: Partial<CallOptions>): Promise<SweepReport>;
  /** What goes on in this process, for metrics and readiness. Costs nothing worth mentioning. */
  activity(): EngineActivity;
  /** The drain: cuts writers, keeps what came, lets every claim go, closes drivers and store. */
  close(options?: Partial<CallOptions>): Promise<void>;
}

export interface EngineActivity {
  /** Bodies on their way to a backend. */
  readonly writes: number;
  readonly completions: number;
  /** In the order of configuration; unhealthy: its backend failed a moment ago, and new uploads go elsewhere if they can. */
  readonly policies: readonly { readonly id: string; readonly isHealthy: boolean }[];
}

/** The engine: what every protocol front-end translates to and from. */
export interface Uploads {
  /** With an `id` that is there and asks for the same, returns that session: parallel first chunks make one. */
  create(request: CreateUpload, options?: Partial<CallOptions>): Promise<SessionView>;
  /**
   * Addressed by index (Cloudreve) or by offset (tus, Content-Range). Newest writer of an extent wins.
   * Completes where that was the last byte of a `when-full` session. Bytes that are there already are
   * compared, never written, also when the session is complete.
   *
   * @throws {UploadError} `SESSION_*`, `CHUNK_*`, `OFFSET_MISMATCH`, `RANGE_OVERLAP`, `SIZE_CONFLICT`,
   * `OBJECT_TOO_LARGE`, `CHECKSUM_MISMATCH`, `LENGTH_REQUIRED`, `BODY_TRUNCATED`, `SUPERSEDED`, `BACKEND_*`
   */
  write(
    id: string,
    at: { readonly index: number } | { readonly offset: number },
    body: ByteSource,
    options?: Partial<CallOptions> & WriteOptions,
  ): Promise<Written>;
  /** Stops whoever is writing, waits until their bytes are settled, and returns the durable status. */
  takeOver(id: string, options?: Partial<CallOptions>): Promise<UploadStatus>;
  declareSize(id: string, size: number, options?: Partial<CallOptions>): Promise<Written>;
  /** Replaces the front-end's own durable facts, of a finished session too. `SESSION_BUSY` of one that is still being opened. */
  setWire(id: string, wire: Json, options?: Partial<CallOptions>): Promise<void>;
  /**
   * What we know of it ourselves; the backend is not asked. `received` counts what came through us.
   *
   * @throws {UploadError} `SESSION_NOT_FOUND`, `SESSION_EXPIRED`
   */
  session(id: string, options?: Partial<CallOptions>): Promise<SessionView>;
  /** Of an unfinished direct upload the backend is asked what it holds. */
  status(id: string, options?: Partial<CallOptions>): Promise<UploadStatus>;
  /**
   * Signed requests for a slice of a direct upload. Counts as activity. A client that cannot use them writes through
   * us instead, at any moment: what the backend has stays, and the upload completes when told to.
   *
   * @throws {UploadError} `CHUNK_INDEX_INVALID`, `UNSUPPORTED` for an upload that goes through us, `SESSION_*`, `BACKEND_*`
   */
  grant(id: string, request: GrantRequest, options?: Partial<CallOptions>): Promise<DirectGrant>;
  /**
   * A vendor, a node or a client says that a direct upload is all there. Only a hint: the backend is asked, and then
   * this is `complete`. `null`: said in a way that proves nothing by itself.
   *
   * @throws {UploadError} `FORBIDDEN` where the vendor did not send it, and what `complete` throws
   */
  callback(id: string, callback: VendorCallback | null, options?: Partial<CallOptions>): Promise<StoredObject>;
  /** Single-flight and idempotent, across processes: a second call joins the first or gets its stored outcome. */
  complete(id: string, options?: Partial<CallOptions>): Promise<StoredObject>;
  /** Idempotent: also on an aborted session. @throws {UploadError} `SESSION_CLOSED` on a completed one */
  abort(id: string, options?: Partial<CallOptions>): Promise<void>;
  /** The caller's unfinished and finished sessions, by id. */
  sessions(filter: SessionFilter, options?: Partial<CallOptions>): Promise<readonly SessionView[]>;
  /** The policies that the caller may use, in the order of configuration. */
  policies(): readonly PolicyView[];
  /**
   * Where the routing rules would send a file at this path, its size and type not being known.
   *
   * @throws {UploadError} `POLICY_NOT_FOUND` where the caller may use none
   */
  policyFor(path: string): PolicyView;
}

/** The caller's catalog and the bytes behind it. */
export interface Files {
  find(
    at: { readonly path: string } | { readonly id: string },
    options?: Partial<CallOptions>,
  ): Promise<CatalogEntry | null>;
  list(
    folder: string,
    after: string | null,
    limit: number,
    options?: Partial<CallOptions>,
  ): Promise<readonly CatalogEntry[]>;
  makeFolder(path: string, options?: Partial<CallOptions>): Promise<CatalogEntry>;
  rename(id: string, path: string, options?: Partial<CallOptions>): Promise<CatalogEntry>;
  remove(id: string, options?: Partial<CallOptions>): Promise<void>;
  /**
   * A file, or the object of a completed session; the source is `stored`, so that `write` may copy it in place, and as
   * long as was asked for. `version`: of no other than this one.
   *
   * @throws {UploadError} `ENTRY_NOT_FOUND`, `SESSION_*`, `SUPERSEDED`, `OBJECT_NOT_FOUND`, `UNSUPPORTED`, `BACKEND_*`, `INTERNAL`
   * where the backend lost a part of it
   */
  read(
    from: { readonly entryId: string; readonly version?: string } | { readonly sessionId: string },
    range: ByteRange | null,
    options?: Partial<CallOptions>,
  ): Promise<ByteSource>;
  /** `null` where the backend has no such URL. */
  signRead(entryId: string, ttlMs: number, options?: Partial<CallOptions>): Promise<string | null>;
  usage(
    options?: Partial<CallOptions>,
  ): Promise<{ readonly reserved: number; readonly stored: number; readonly limit: number }>;
}

export interface WriteOptions {
  /** The body counts only as a whole where this is given. A promise: it comes in a trailer. */
  readonly checksum?: Checksum | Promise<Checksum>;
  /** The body counts only as a whole without a checksum, too: for a sender who could not tell which part of it counted. */
  readonly whole?: boolean;
  /** After each durable stride of a long body: 104 responses, progress. */
  readonly onProgress?: (received: number) => void;
}

export interface Written {
  /** All bytes of the session; the offset, where it is sequential. */
  readonly received: number;
  readonly expiresAt: EpochMs;
  /** Set when this call, or an earlier one, completed the upload. */
  readonly object: StoredObject | null;
}

export interface UploadStatus {
  readonly session: SessionView;
  /** End of the gapless prefix: the tus `Upload-Offset`. Never falls once announced. */
  readonly contiguousOffset: number;
  readonly missing: readonly ByteRange[];
}

export interface SweepReport {
  readonly aborted: number;
  readonly completed: number;
  readonly collected: number;
  readonly failed: number;
}
