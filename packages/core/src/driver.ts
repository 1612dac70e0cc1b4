import type { ByteRange, ByteSource, Checksum, ChecksumAlgorithm } from "./bytes.js";
import type { DirectUploads } from "./direct.js";
import type { PartLimits } from "./plan.js";
import type { CallOptions, Json } from "./runtime.js";
import type { StoredObject, UploadTarget } from "./target.js";

/**
 * What a driver can do, as plain data. Never a function, never computed per call; absent = not offered.
 * The conformance kit tests every claim, and every absent claim must be refused as `UNSUPPORTED`.
 */
export interface DriverCapabilities {
  readonly ordering: Ordering;
  readonly part: PartLimits;
  readonly maxObjectSize?: number;
  /** Whether `begin` accepts `size: null` (deferred length). */
  readonly deferredSize?: boolean;
  /** Whether `write` accepts a body whose size is `null`. Where not, the engine answers `LENGTH_REQUIRED`. */
  readonly unsizedBody?: boolean;
  /** Whether a body that breaks off still leaves a shorter receipt that counts. */
  readonly partialChunks?: boolean;
  /** `begin` touches nothing, so the session may be stored `open` at once: one store call less for each upload. */
  readonly passiveBegin?: boolean;
  /**
   * What the backend took for an extent it keeps: other bytes for it never take their place, also where nobody was given a
   * receipt for the first ones. A relay sends to it what is acknowledged, and nothing else.
   */
  readonly writeOnce?: boolean;
  /** Digests that the backend itself verifies, given in `Chunk.checksum`. The engine verifies all others. */
  readonly checksums?: readonly ChecksumAlgorithm[];
}

/** A union, so that "sequential and parallel" cannot be written down. */
export type Ordering = { readonly kind: "sequential" } | { readonly kind: "any"; readonly maxParallel: number };

/**
 * A storage backend that takes an object in chunks.
 *
 * Stateless between calls: what must survive a restart goes into the handle, which the engine
 * persists. One instance serves all sessions of a policy, concurrently and in many processes.
 *
 * A handle is JSON that only its driver reads. It comes back from a database, perhaps written by an
 * older release, so the driver parses it: every handle of the same major is understood, and one that
 * is not throws `BACKEND_LOST_UPLOAD`.
 */
export interface StorageDriver {
  /** Also names the layers that own a part of the handle: `relay(s3)`. Stored with each session. */
  readonly name: string;
  readonly capabilities: DriverCapabilities;

  /** Opens an upload at the backend; may do no I/O at all. The session is stored already, in state `opening`. */
  begin(target: UploadTarget, options: CallOptions): Promise<Json>;

  /** A view on an open upload. Does no I/O; called for each chunk. It may cache (descriptors, connections), never depend on it. */
  sink(handle: Json, target: UploadTarget): ChunkSink;

  /**
   * Gives the upload up; what the backend cannot delete must expire there. Idempotent. A `null`
   * handle: a crash came between `begin` and its storing, so find what was begun by `target.key`,
   * which no other upload ever has.
   */
  abort(handle: Json | null, target: UploadTarget, options: CallOptions): Promise<void>;

  /**
   * A writer was evicted without an answer (stopped, cut off). Returns a handle under which its late
   * bytes cannot land, with all receipted bytes in it: a local file is copied or cloned. Absent where
   * late bytes are harmless: refused by the backend, or left out by their token. Nobody writes meanwhile.
   *
   * The new handle is stored after this resolves, so a crash may come between: what the old handle names
   * stays whole until `complete` or `abort`, which also remove it, and fencing again must work.
   */
  fence?(handle: Json, target: UploadTarget, options: CallOptions): Promise<Json>;

  /** Absent: bytes go through us only. */
  readonly direct?: DirectUploads;

  /** Stored objects, read back: downloads, verification, deletion. Absent: a write-only backend. */
  readonly objects?: ObjectAccess;

  /** Proves that the backend can be reached and is set up right; each finding names its mend. */
  check?(options: CallOptions): Promise<readonly CheckFinding[]>;

  /**
   * Whether a new upload would find the backend up and with room, asked every few seconds: cheap, changes nothing.
   *
   * @throws {UploadError} `BACKEND_*` where new uploads had better go elsewhere
   */
  ping?(options: CallOptions): Promise<void>;

  /** Releases sockets and timers. Open uploads stay open. */
  close?(): Promise<void>;
}

/** Where chunks go. */
export interface ChunkSink {
  /**
   * Stores one chunk. The same bytes at the same offset give a receipt that is as good.
   * Resolves only when the backend has acknowledged every byte of the receipt.
   *
   * Where the body throws: with `partialChunks`, and `chunk.whole` false, resolves with a receipt for
   * all the bytes that the body yielded; else rethrows, and nothing counts. `options.signal` is
   * stronger: drop everything now.
   *
   * @throws {UploadError} `OFFSET_MISMATCH`, `CHECKSUM_MISMATCH`, `BODY_TRUNCATED`, `BACKEND_*`
   */
  write(chunk: Chunk, options: CallOptions): Promise<Receipt>;

  /** The receipt is durable: what was kept only for its sake may go. A hint; may never come. */
  settled?(receipt: Receipt): Promise<void>;

  /**
   * Makes the object readable under `target.key`, whole or not at all, and never over an object that
   * is there. Idempotent: completing again, also after a lost answer, returns the same object.
   *
   * @throws {UploadError} `UPLOAD_INCOMPLETE`, `OBJECT_EXISTS`, `BACKEND_*`
   */
  complete(receipts: readonly Receipt[], options: CallOptions): Promise<StoredObject>;

  /** What the backend holds: for direct uploads and for repair. Never on the hot path. */
  probe(options: CallOptions): Promise<Probed>;
}

export type Probed =
  /** `null`: the backend cannot list its parts. */
  | { readonly kind: "open"; readonly parts: readonly Receipt[] | null }
  | { readonly kind: "complete"; readonly object: StoredObject }
  | { readonly kind: "gone" };

export interface Chunk {
  readonly offset: number;
  /** Position in the plan, from 0; drivers add 1 where the vendor counts from 1. `null` without a plan. */
  readonly index: number | null;
  /** `false` also while nobody knows yet (deferred length). */
  readonly isLast: boolean;
  /** All of the body counts or none of it: a planned chunk, or one with a digest. */
  readonly whole: boolean;
  /** New for each attempt: for names that a late writer of the same extent must not share. */
  readonly attempt: string;
  readonly body: ByteSource;
  /** Only of a kind in `capabilities.checksums`. */
  readonly checksum?: Checksum;
}

/** The backend's word that it holds a chunk. Stored by us, authoritative, never asked for again. */
export interface Receipt {
  readonly offset: number;
  readonly size: number;
  /** What the backend wants back on completion: an ETag, a block id. Opaque to everyone else. */
  readonly token: string;
  /** CRC32 of exactly these bytes, added by the engine; absent for parts that came directly. */
  readonly checksum?: Checksum;
}

export interface ObjectAccess {
  stat(key: string, options: CallOptions): Promise<StoredObject | null>;
  /** Absent: no downloads, no `beforePublish`, and no digest that would take a second look at the bytes. */
  read?(key: string, range: ByteRange | null, options: CallOptions): Promise<ByteSource>;
  /** Idempotent. */
  remove(key: string, options: CallOptions): Promise<void>;
  /** A time-limited URL that clients may read from without us, where the backend has such a thing. */
  signRead?(key: string, ttlMs: number, options: CallOptions): Promise<string>;
}

export interface CheckFinding {
  readonly severity: "error" | "warning";
  readonly subject: string;
  readonly message: string;
  readonly mend: string;
}

/** Retry, limits, metrics, faults, relay: a driver in, a driver out. Layers compose; drivers stay plain. */
export type DriverLayer = (inner: StorageDriver) => StorageDriver;
