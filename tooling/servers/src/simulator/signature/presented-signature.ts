import type { S3Credentials } from "./credentials.js";

/** What the simulator compares a signature with. */
export interface SignatureRules {
  readonly region: string;
  readonly credentials: readonly S3Credentials[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A signature as it was presented, in the header or in the query. */
export interface PresentedSignature {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `x-amz-content-sha256`: a hash in hex, `UNSIGNED-PAYLOAD`, or a form of `STREAMING-…`. */
  readonly payloadHash: string;
  readonly sessionToken: string | null;
}
