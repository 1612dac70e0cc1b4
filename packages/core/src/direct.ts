import type { CallOptions, EpochMs, Json } from "./runtime.js";
import type { UploadTarget } from "./target.js";

export interface DirectUploads {
  readonly recipe: DirectRecipe["kind"];
  /** Longest time that a grant may live. */
  readonly maxTtlMs: number;
  /** Signed requests with which a client uploads without us. */
  grant(handle: Json, target: UploadTarget, request: GrantRequest, options: CallOptions): Promise<DirectGrant>;
  /** Proves that the vendor sent it; throws `FORBIDDEN`. What it says is a hint all the same. A `null` handle: it is complete. */
  verifyCallback?(
    handle: Json | null,
    target: UploadTarget,
    callback: VendorCallback,
    options: CallOptions,
  ): Promise<void>;
}

export interface GrantRequest {
  /** A slice of the plan, by chunk index. */
  readonly chunks: IndexRange;
  /** Who may complete at the backend. Where the backend has one way only, that one comes back. */
  readonly completeBy: "server" | "client";
  /** Where the vendor reports a finished upload, if it can. */
  readonly callbackUrl?: string;
}

/** Half-open, like `ByteRange`. */
export interface IndexRange {
  readonly start: number;
  readonly end: number;
}

export interface VendorCallback {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Recipes, not vendors: a client implements these three and never hears of S3. */
export type DirectGrant = DirectRecipe & {
  readonly completion: DirectCompletion;
  /** Names that only a vendor's own client asks for (upload id, upload token); a bearer secret. */
  readonly vendor?: Readonly<Record<string, string>>;
};

export type DirectRecipe =
  | {
      /** One request per chunk. S3, OSS, COS, OBS, KS3, Azure, Qiniu, a slave node. */
      readonly kind: "parts";
      readonly requests: readonly SignedRequest[];
    }
  | {
      /** One URL that takes `Content-Range` slices in order. OneDrive, GCS. */
      readonly kind: "ranges";
      readonly request: SignedRequest;
    }
  | {
      /** One multipart/form-data POST with the whole object. Upyun. */
      readonly kind: "form";
      readonly request: SignedRequest;
      readonly fields: Readonly<Record<string, string>>;
    };

export type DirectCompletion =
  /** The engine completes. Our own client knows only this one. */
  | { readonly by: "server" }
  /** The last byte completes. */
  | { readonly by: "backend" }
  /** The client completes at the backend; Cloudreve v4 demands it of S3-like stores. */
  | { readonly by: "client"; readonly request: SignedRequest };

export interface SignedRequest {
  readonly method: "PUT" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: EpochMs;
}
