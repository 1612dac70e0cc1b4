import type { UploadFailure } from "./failure.js";
import type { Checksum, FileInfo } from "./http/wire.js";
import type { ResumeStore } from "./session/resume-store.js";

/** What `upload` takes. Durations are in milliseconds, sizes in bytes. */
export interface UploadOptions {
  /** Where the server's native front-end is mounted: `https://files.example/uploads`. A page may give a path. */
  readonly to: string;
  /** Where the file will be, absolute. Default: its name, at the top. */
  readonly path?: string;
  /** Bearer token. A function is asked before each request, so that it may renew the token. Never sent to a backend. */
  readonly token?: string | (() => string | Promise<string>);
  /** More header fields for the server; never sent to a backend. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Id of a storage policy; else the server chooses. */
  readonly policy?: string;
  /** What a file at the path means. Default `refuse`. */
  readonly onConflict?: "refuse" | "replace";
  /** Default: what the source says. */
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Most chunks at a time, below what the server allows. */
  readonly parallel?: number;
  /** Called whenever more bytes went out, and when some have to go out again. */
  readonly onProgress?: (progress: UploadProgress) => void;
  /** Called before each pause between attempts: an upload of several chunks may be in several of them. */
  readonly onRetry?: (failure: UploadFailure, waitMs: number) => void;
  /** Stops the upload as if the page had been closed: nothing is given up, and the next `upload` goes on. */
  readonly signal?: AbortSignal;
  /** Where unfinished uploads are remembered. Default: `localStorage` where there is one; `null`: nowhere. */
  readonly resume?: ResumeStore | null;
  /**
   * How long to go on without a single success, from the first failure on, with growing pauses between attempts. Default
   * 5 minutes. Time without a network (as far as the browser knows), in a pause, and of a machine that sleeps does not
   * count. A server that asks for a longer wait than is left ends the upload at once: `retryAfterMs` tells.
   */
  readonly patienceMs?: number;
  /** First pause between attempts, at most; doubled each time up to 20 s. The pause is a random part of it. Default 500. */
  readonly backoffMs?: number;
}

export interface UploadProgress {
  /** Bytes that are stored, and those on their way. Falls where a chunk has to go out again. */
  readonly sent: number;
  readonly size: number;
}

/** `ended`: `done` has settled, or is about to. */
export type UploadState = "running" | "paused" | "ended";

/** An upload on its way. */
export interface Upload {
  /** Rejects with `UploadFailure`, and with nothing else. */
  readonly done: Promise<UploadedFile>;
  readonly state: UploadState;
  /** Cuts what is on its way; what is stored stays. Nothing after the end. */
  pause(): void;
  resume(): void;
  /** Ends it with `CANCELLED`, and gives the session up at the server as far as that can be reached. Never rejects. */
  cancel(): Promise<void>;
}

export interface UploadedFile {
  readonly sessionId: string;
  readonly path: string;
  readonly size: number;
  /** Of the object, as the storage tells it; `null` where it tells none. */
  readonly checksum: Checksum | null;
  /** The CRC-32 of what was read here is that of the object. `false`: the storage told no CRC-32 to compare. */
  readonly isVerified: boolean;
  /** `null`: removed or replaced since. */
  readonly file: FileInfo | null;
}
