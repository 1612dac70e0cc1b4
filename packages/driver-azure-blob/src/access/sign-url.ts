import type { EpochMs } from "@stowage/core";

/** Whom a signed URL lets do what, for how long. */
export interface UrlWish {
  readonly blob: string;
  /** `r`: read all of it. `w`: write all of it, its list of blocks among it. */
  readonly permissions: "r" | "w";
  readonly expiresAt: EpochMs;
}

/** The query of such a URL. @throws {UploadError} `BACKEND_*` */
export type SignUrl = (wish: UrlWish) => Promise<string>;
