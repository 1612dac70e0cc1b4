import type { Send } from "./http/exchange.js";
import type { SourceBytes } from "./source-bytes.js";

/** A file to upload. A `File` or `Blob` of the browser will do in its place. */
export interface UploadSource {
  /**
   * Is read in slices, several times where need be. Reading must fail once the file behind it has changed. What is no
   * `Blob` needs a `send` that takes its slices.
   */
  readonly data: SourceBytes;
  readonly name: string;
  /** Milliseconds since 1970. `null`: not known, so an interrupted upload of it is not remembered. */
  readonly modifiedAt: number | null;
  /** A faster CRC-32 of this platform, continuing from `crc` (0 at the start). */
  readonly crc32?: (bytes: Uint8Array, crc: number) => number;
  /** Sends bodies on a platform whose fetch is all there is, and tells how far they are. */
  readonly send?: Send;
  /** All of it as a `Blob`, for a multipart body. `null`: too long for one. Absent: `data` is a `Blob`. */
  readonly blob?: () => Promise<Blob | null>;
}

/** What `upload` was given, as a source. A `Blob` without a name is called `upload`. */
export function sourceOf(input: Blob | UploadSource): UploadSource {
  if ("data" in input) return input;
  const { name = "upload", lastModified = null } = input as { readonly name?: string; readonly lastModified?: number };
  return { data: input, name, modifiedAt: lastModified };
}
