import { isUploadError } from "@stowage/core";
import type { Call } from "../call.js";
import { failureOf } from "../wire/errors.js";
import { failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import type { Chunk } from "./chunk.js";
import { chunkAnswer } from "./chunk-answer.js";
import { findUpload } from "./find-upload.js";
import { storeBytes } from "./store-bytes.js";

/** A later chunk, or one that comes again: the next bytes, or the last ones, which are compared and not written. */
export async function continueUpload(call: Call, id: string, chunk: Chunk): Promise<Outcome> {
  const { status, facts } = await findUpload(call, id);
  const { session, contiguousOffset: next } = status;
  if (facts.kind !== chunk.kind) return failed(400, "KIND_CHANGED", `the upload is of kind ${facts.kind}`);
  const declared = session.target.size;
  if (declared !== chunk.total)
    return failed(400, "SIZE_CONFLICT", "the total differs from that of the first chunk", { details: { declared } });
  const { start, end } = chunk.range;
  const offset = String(next);
  if (start !== next && end !== next) return failed(416, "OFFSET_MISMATCH", "chunks are taken in order", { offset });
  try {
    return chunkAnswer(id, chunk, await storeBytes(call, id, chunk));
  } catch (error) {
    if (!isUploadError(error) || error.code !== "RANGE_OVERLAP") throw error;
    // Another request was quicker, or the chunk is not the one that it repeats.
    return { kind: "failed", failure: { ...failureOf(error), offset } };
  }
}
