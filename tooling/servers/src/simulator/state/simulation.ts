import { randomBytes } from "node:crypto";
import type { ContentStore } from "../content/content-store.js";
import type { S3Credentials } from "../signature/credentials.js";
import type { Bucket } from "./bucket.js";

/** Everything a running simulator knows. */
export interface Simulation {
  readonly region: string;
  readonly credentials: readonly S3Credentials[];
  /** Bytes that every part but the last must have. */
  readonly minPartSize: number;
  /** Whether entity tags are MD5s, and CRC64NVME is computed where a client chose no checksum. */
  readonly realDigests: boolean;
  /** Whether a completion that comes again is answered as it was. */
  readonly answersAgain: boolean;
  readonly buckets: Map<string, Bucket>;
  readonly contents: ContentStore;
  /** Milliseconds since 1970. */
  now(): number;
}

/** 32 digits in hex that never were before: upload ids, and entity tags where nobody wants MD5s. */
export function newHex(): string {
  return randomBytes(16).toString("hex");
}
