import type { ByteRange } from "@stowage/core";
import { parseContentRange } from "@stowage/core/http";

/** Where a chunk belongs, and the size of the whole file. */
export interface ChunkRange {
  readonly range: ByteRange;
  readonly size: number;
}

/**
 * Reads the `Content-Range` of a chunk. The unit may be left out. `null`: no such value, a range that does not lie in
 * the file, or a file of unknown size. The one chunk of an empty file is `bytes 0-0/0`.
 */
export function chunkRange(field: string | undefined): ChunkRange | null {
  const value = (field ?? "").trim();
  const whole = /^\d/.test(value) ? `bytes ${value}` : value;
  if (/^bytes +0-0\/0$/i.test(whole)) return { range: { start: 0, end: 0 }, size: 0 };
  const parsed = parseContentRange(whole);
  if (parsed === null || parsed.kind !== "range" || parsed.size === null) return null;
  return { range: parsed.range, size: parsed.size };
}
