import type { UploadTarget } from "@stowage/core";
import type { NodeApi } from "./node-api.js";

/** One upload, as the verbs see it. */
export interface UploadContext {
  readonly node: NodeApi;
  readonly target: UploadTarget;
  /** Bytes of all chunks but the last; 0: one chunk. */
  readonly chunkSize: number;
}
