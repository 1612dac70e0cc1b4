import type { ByteSource, ChecksumAlgorithm } from "./bytes.js";

/** Milliseconds since the Unix epoch. Every instant in the system has this type. */
export type EpochMs = number;

/** The only source of time. Nothing below `apps/` calls `Date.now` or `setTimeout`. */
export interface Clock {
  now(): EpochMs;
  /** Ends early with the signal, without an error. `held`: a program's only work goes on after it, so its process stays. */
  sleep(ms: number, signal: AbortSignal, held?: boolean): Promise<void>;
}

/** Everything impure that a driver or the engine may touch, injected once at start-up. */
export interface Runtime {
  readonly clock: Clock;
  /** A new unguessable id, URL-safe, at least 128 bits. */
  readonly newId: () => string;
  readonly http: HttpClient;
  readonly digest: (algorithm: ChecksumAlgorithm) => Digest;
  readonly memory: ByteBudget;
  readonly log: Logger;
}

/** Outgoing requests. On Node: undici's `request` (fetch with a buffer costs seven times the CPU); at the edge: fetch. */
export type HttpClient = (
  request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: ByteSource;
  },
  options: CallOptions,
) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ByteSource;
}>;

/** Native where the platform has it; the core imports no `node:` module itself. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Base64. */
  value(): string;
}

/** One budget for the process: write batches, held parts. Who gets nothing streams, or slows its client down. */
export interface ByteBudget {
  /** Bytes in all: who shares it sizes its batches by this. */
  readonly total: number;
  tryTake(bytes: number): boolean;
  take(bytes: number, options: CallOptions): Promise<void>;
  give(bytes: number): void;
}

export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Required on the implementer's side; the public `Uploads` API makes it optional. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
