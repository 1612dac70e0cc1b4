import type { S3Request } from "../http/s3-request.js";
import type { Bucket } from "./bucket.js";
import type { Simulation } from "./simulation.js";

/** A request to a bucket whose signature was right. */
export interface S3Call {
  readonly request: S3Request;
  readonly bucket: Bucket;
  /** `""` for an operation on the bucket. */
  readonly key: string;
  /** `x-amz-content-sha256`, or what stands for it. */
  readonly payloadHash: string;
  readonly simulation: Simulation;
}
