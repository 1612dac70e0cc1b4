/** How an object of known size is cut when we choose. All chunks have `chunkSize` bytes but the last. */
export interface ChunkPlan {
  readonly size: number;
  readonly chunkSize: number;
  /** 1 for an empty object. */
  readonly count: number;
}

/** What a backend accepts as one part. The last part may be smaller than `minSize`. */
export interface PartLimits {
  readonly minSize: number;
  readonly maxSize: number;
  readonly maxCount: number;
  /** Part size must be a multiple of this. OneDrive: 320 KiB. */
  readonly multipleOf?: number;
  /** All parts but the last must have the same size. R2, Upyun. */
  readonly uniform?: boolean;
}
