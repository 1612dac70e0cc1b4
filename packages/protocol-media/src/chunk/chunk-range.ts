import type { ByteRange } from "@stowage/core";
import { parseContentRange } from "@stowage/core/http";
import type { Settings } from "../options.js";
import { failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";

/** Where a chunk belongs, in a file of how many bytes. */
export interface ChunkRange {
  readonly kind: "range";
  readonly range: ByteRange;
  readonly total: number;
}

/** Reads `Content-Range`, and refuses what is too large before a byte of it is read. */
export function chunkRange(
  field: string | undefined,
  { maxChunk, maxImage, maxDocument }: Pick<Settings, "maxChunk" | "maxImage" | "maxDocument">,
): ChunkRange | Outcome {
  if (field === undefined) return failed(400, "RANGE_REQUIRED", "Content-Range is needed: bytes start-end/total");
  const parsed = parseContentRange(field);
  if (parsed?.kind !== "range" || parsed.size === null)
    return failed(400, "RANGE_INVALID", "Content-Range is malformed: bytes start-end/total");
  const { range, size } = parsed;
  if (range.end - range.start > maxChunk)
    return failed(413, "CHUNK_TOO_LARGE", "the chunk is too large", { details: { limit: maxChunk } });
  const limit = Math.max(maxImage, maxDocument);
  if (size > limit) return failed(413, "OBJECT_TOO_LARGE", "too large", { details: { limit } });
  return { kind: "range", range, total: size };
}
