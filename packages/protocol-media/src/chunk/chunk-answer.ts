import type { Written } from "@stowage/core";
import type { ChunkMedia } from "../wire/answers.js";
import type { Outcome } from "../wire/outcome.js";
import type { Chunk } from "./chunk.js";

/** 201 for a chunk that is stored; a resent one gets the offset that it got before. */
export function chunkAnswer(
  id: string,
  { range }: Pick<Chunk, "range">,
  { expiresAt }: Pick<Written, "expiresAt">,
): Outcome {
  const data: ChunkMedia = { upload_id: id, offset: String(range.end), expires: new Date(expiresAt).toISOString() };
  return { kind: "done", status: 201, data };
}
