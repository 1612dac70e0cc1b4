import type { SlaveStatus } from "@stowage/cloudreve-wire";
import type { CallOptions, Probed, Receipt } from "@stowage/core";
import { findFile } from "../objects/find-file.js";
import type { UploadContext } from "../upload-context.js";
import { findUpload, objectOf } from "./find-upload.js";

/** `ChunkSink.probe`: what the node has, chunk by chunk. */
export async function probe(upload: UploadContext, options: CallOptions): Promise<Probed> {
  const { target } = upload;
  const found = await findUpload(upload, options);
  if (found === null) {
    // The node forgets its sessions some time after they end; the key is this upload's alone.
    const object = await findFile(upload.node, target.key, options);
    return object !== null && object.size === target.size ? { kind: "complete", object } : { kind: "gone" };
  }
  if (found.object !== null) return { kind: "complete", object: objectOf(target.key, found.object) };
  if (found.state === "aborting" || found.state === "aborted") return { kind: "gone" };
  return { kind: "open", parts: partsOf(upload, found) };
}

/** All chunks but those that are missing. The one chunk of an empty file has no bytes, and is none to list. */
function partsOf({ target, chunkSize }: UploadContext, { missing }: SlaveStatus): readonly Receipt[] {
  const size = target.size ?? 0;
  const each = chunkSize === 0 ? size : chunkSize;
  const count = size === 0 ? 0 : Math.ceil(size / each);
  const parts: Receipt[] = [];
  let next = 0;
  for (const [start, end] of [...missing, [count, count] as const]) {
    for (; next < Math.min(start, count); next += 1)
      parts.push({ offset: next * each, size: Math.min(each, size - next * each), token: "" });
    next = Math.max(next, end);
  }
  return parts;
}
