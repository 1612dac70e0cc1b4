import type { Checksum } from "./bytes.js";
import type { ChunkPlan } from "./plan.js";
import type { EpochMs } from "./runtime.js";

/** What is being uploaded, as a driver sees it. */
export interface UploadTarget {
  readonly sessionId: string;
  /** Made by us for this upload and reserved for it alone; never a user's path, never used again. */
  readonly key: string;
  /** `null` while a deferred length is unknown. */
  readonly size: number | null;
  /** `null` when the client chooses chunk sizes as it goes (tus, Content-Range). */
  readonly plan: ChunkPlan | null;
  readonly checksum?: Checksum;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly expiresAt: EpochMs;
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag?: string;
  readonly checksum?: Checksum;
}
