import type { Envelope } from "@stowage/cloudreve-wire";

/** An answer in the envelope, read to its end. */
export interface NodeReply {
  readonly status: number;
  /** `null`: something else answered in the node's place. */
  readonly envelope: Envelope | null;
  /** The core's own code for a failure, which servers of ours add; empty from others. */
  readonly cause: string;
  /** `null`: not said, or not as seconds. */
  readonly retryAfterMs: number | null;
}
