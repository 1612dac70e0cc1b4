import type { EpochMs } from "@stowage/core";

/** Where an S3-like client sends its parts. */
export interface PartUrls {
  readonly kind: "urls";
  readonly uploadId: string;
  /** One for each chunk. */
  readonly urls: readonly string[];
  /** Takes the list of parts when all are there. */
  readonly completeUrl: string;
  /** When the first of them ends. */
  readonly expiresAt: EpochMs;
}

/** They do not fit into one answer. */
export interface TooManyUrls {
  readonly kind: "tooMany";
  /** How many of this length would. */
  readonly mostCount: number;
}

/**
 * Bytes of an answer's URLs. Cloudreve's SDK takes 8 MiB in all (facts read from its 1.1.0); the rest is for everything
 * else: a URI of 16 KiB with every character escaped, the policy's rules, the URL of the completion.
 */
export const mostUrlBytes = 8 * 1024 * 1024 - 256 * 1024;

/** How many URLs of this length fit. Part numbers and upload ids may turn out a little longer. */
export function mostUrls(length: number): number {
  return Math.max(1, Math.floor(mostUrlBytes / (urlBytes(length) + 16)));
}

/** With quotes and comma. URLs are ASCII without anything that JSON escapes. */
export function urlBytes(length: number): number {
  return length + 3;
}
