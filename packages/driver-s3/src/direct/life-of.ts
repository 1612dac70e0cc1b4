import type { EpochMs } from "@stowage/core";
import type { Signing } from "../context.js";

/** The longest that a signed URL lives (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html). */
export const mostLifeMs = 7 * 24 * 3600 * 1000;

/** How long a URL lives that is signed now. */
export interface Life {
  /** Whole, 1 to 604,800. */
  readonly seconds: number;
  readonly expiresAt: EpochMs;
}

/** Until the instant that is wished, but no longer than the store, or the keys themselves, allow. */
export function lifeOf({ until }: Signing, now: EpochMs, wished: EpochMs): Life {
  const end = Math.min(wished, now + mostLifeMs, until ?? Infinity);
  const seconds = Math.max(1, Math.floor((end - now) / 1000));
  return { seconds, expiresAt: now + seconds * 1000 };
}
