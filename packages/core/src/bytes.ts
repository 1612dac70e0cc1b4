/**
 * Bytes on their way through. A Node `Readable`, a web `ReadableStream` and an array of buffers all
 * satisfy `AsyncIterable<Uint8Array>`, so the hot path converts nothing. Nobody wraps a body twice:
 * one meter for each request counts, limits and hashes.
 *
 * A body that ends was whole and right: the engine counts and hashes as it passes, and throws from
 * the stream where length or digest is wrong, the sender broke off, or a newer writer came.
 */
export interface ByteSource {
  /** Exact length, or `null` where the sender did not say (chunked transfer coding). */
  readonly size: number | null;
  /** A request body can be read once only; retry layers leave such a source alone. */
  readonly oneShot: boolean;
  /** The bytes are (part of) an object of the same driver, which may copy it where it lies. */
  readonly stored?: { readonly key: string; readonly range: ByteRange };
  stream(): AsyncIterable<Uint8Array>;
}

/** Half-open: `[start, end)`. Converted from HTTP's inclusive ranges once, at the edge. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type ChecksumAlgorithm = "crc32" | "crc32c" | "crc64nvme" | "md5" | "sha1" | "sha256" | "sha512";

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64, as in `Content-Digest` and the vendors' own headers. */
  readonly value: string;
}
