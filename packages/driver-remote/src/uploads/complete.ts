import { slaveCompleted, slavePaths } from "@stowage/cloudreve-wire";
import { UploadError } from "@stowage/core";
import type { ByteRange, CallOptions, Receipt, StoredObject } from "@stowage/core";
import { isDone, lostUpload, refusalOf } from "../errors.js";
import { findFile } from "../objects/find-file.js";
import type { UploadContext } from "../upload-context.js";
import { objectOf } from "./find-upload.js";

/**
 * `ChunkSink.complete`: the node completes, if it has not already, and says what it made of the bytes. Size and checksum are
 * the node's own.
 */
export async function complete(
  upload: UploadContext,
  receipts: readonly Receipt[],
  options: CallOptions,
): Promise<StoredObject> {
  if (options.signal.aborted) throw options.signal.reason;
  const { node, target } = upload;
  checkWhole(receipts, target.size ?? 0);
  const reply = await node.ask({ method: "POST", path: slavePaths.complete(target.sessionId) }, options, "endless");
  const parsed = slaveCompleted.safeParse(reply.envelope?.data);
  if (isDone(reply) && parsed.success) return objectOf(target.key, parsed.data);
  if (reply.cause === "UPLOAD_INCOMPLETE") throw lostUpload("the node lacks bytes that it acknowledged");
  const refusal = refusalOf(reply, { operation: "completing", key: target.key });
  if (refusal.code !== "BACKEND_LOST_UPLOAD") throw refusal;
  // The node forgets its sessions some time after they end; the key is this upload's alone.
  const object = await findFile(node, target.key, options);
  if (object === null || object.size !== target.size) throw refusal;
  return object;
}

/** @throws {UploadError} `UPLOAD_INCOMPLETE` */
function checkWhole(receipts: readonly Receipt[], size: number): void {
  const missing: ByteRange[] = [];
  let end = 0;
  for (const receipt of receipts.toSorted((a, b) => a.offset - b.offset)) {
    if (receipt.offset > end) missing.push({ start: end, end: receipt.offset });
    end = Math.max(end, receipt.offset + receipt.size);
  }
  if (end < size) missing.push({ start: end, end: size });
  if (missing.length > 0)
    throw new UploadError("UPLOAD_INCOMPLETE", `${missing.length} ranges are missing`, { missing });
}
