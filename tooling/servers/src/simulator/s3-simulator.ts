import type { S3Server } from "../storage-server.js";
import type { S3Fault } from "./faults/s3-fault.js";
import type { S3Operation } from "./http/operation.js";
import type { S3Credentials } from "./signature/credentials.js";

/** How a simulator behaves. It can go through JSON, so that a simulator in a process of its own takes the same. */
export interface S3SimulatorOptions {
  /** 0, and so when absent: any free one of 127.0.0.1. */
  readonly port?: number;
  /** `us-east-1` when absent. */
  readonly region?: string;
  /** Made at the start; `stowage` when absent. */
  readonly bucket?: string;
  /** Keys that it knows; the first is the server's. A made-up one when absent. */
  readonly credentials?: readonly [S3Credentials, ...S3Credentials[]];
  /** Bytes that each part but the last must have; 5 MiB when absent. */
  readonly minPartSize?: number;
  /**
   * `md5` (when absent): entity tags are MD5s, and CRC64NVME is computed where the client chose no checksum, as S3 does.
   * `cheap`: neither, for benchmarks. What a client declares is compared in any case.
   */
  readonly etag?: "md5" | "cheap";
  /** A completion that comes again: its answer again (when absent, as S3 does for a while), or NoSuchUpload. */
  readonly repeatedCompletion?: "same-answer" | "no-such-upload";
  /** Buckets are also found as `BUCKET.DOMAIN` in the Host field; `s3.localhost` when absent. */
  readonly domain?: string;
  /** Contents over 64 KiB go into a new folder in it, removed at the end; that of the system for temporary files when absent. */
  readonly folder?: string;
  /** Its clock is that much ahead; 0 when absent. */
  readonly clockOffsetMs?: number;
  readonly faults?: readonly S3Fault[];
}

/** What is stored: an upload that leaves nothing behind leaves nothing here. */
export interface S3Leftovers {
  readonly uploads: readonly { readonly key: string; readonly id: string; readonly parts: readonly number[] }[];
  readonly objects: readonly { readonly key: string; readonly size: number }[];
}

/** A simulator that runs. All its own methods answer alike in the same process and from another. */
export interface S3Simulator extends S3Server {
  /** Of its domain: `http://BUCKET.${virtualHost}` addresses a bucket, where that name leads to 127.0.0.1. */
  readonly virtualHost: string;
  /** Calls since the start or since `forgetCalls`, by operation; those with a wrong signature and with faults too. */
  calls(): Promise<Readonly<Partial<Record<S3Operation, number>>>>;
  forgetCalls(): Promise<void>;
  /** Takes the place of all rules, and counts from 1 again. `[]`: nothing goes wrong any more. */
  setFaults(faults: readonly S3Fault[]): Promise<void>;
  /** Of the server's bucket. */
  leftovers(): Promise<S3Leftovers>;
  /** Moves its clock to that much ahead of the system's. */
  setClockOffset(ms: number): Promise<void>;
}
