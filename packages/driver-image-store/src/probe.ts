import { chunkAt } from "@stowage/core";
import type { ByteRange, CallOptions, Probed, Receipt, UploadTarget } from "@stowage/core";
import { findFile } from "./find-file.js";
import { findSession } from "./find-session.js";
import type { UploadContext } from "./upload-context.js";

/** `ChunkSink.probe`: from what the session still expects. */
export async function probe(upload: UploadContext, options: CallOptions): Promise<Probed> {
  const { target, size } = upload;
  const session = size === 0 ? null : await findSession(upload, options);
  if (session !== null) return { kind: "open", parts: partsOf(target, session.missing) };
  if ((await findFile(upload, options)) === size) return { kind: "complete", object: { key: target.key, size } };
  // An upload without a chunk has no session either.
  return { kind: "open", parts: [] };
}

/** The server tells gaps and no chunks, so chunks are known where a plan says how they were cut. */
function partsOf({ plan }: UploadTarget, missing: readonly ByteRange[]): readonly Receipt[] | null {
  if (plan === null) return null;
  const parts: Receipt[] = [];
  let gap = 0;
  for (let index = 0; index < plan.count; index += 1) {
    const { start, end } = chunkAt(plan, index);
    while ((missing[gap]?.end ?? Infinity) <= start) gap += 1;
    if ((missing[gap]?.start ?? Infinity) >= end) parts.push({ offset: start, size: end - start, token: "" });
  }
  return parts;
}
