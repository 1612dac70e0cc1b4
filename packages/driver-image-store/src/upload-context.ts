import type { UploadTarget } from "@stowage/core";
import type { StoreApi } from "./store-api.js";

/** One upload, as the verbs see it. */
export interface UploadContext {
  readonly api: StoreApi;
  readonly target: UploadTarget;
  readonly size: number;
  /** Below the root of the image store, `/` between names, not encoded. */
  readonly path: string;
  /** GUID of the upload session. */
  readonly session: string;
}
