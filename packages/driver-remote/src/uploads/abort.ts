import { cancelQuery, slavePaths } from "@stowage/cloudreve-wire";
import type { CallOptions, UploadTarget } from "@stowage/core";
import { isDone, isUnknown, refusalOf } from "../errors.js";
import type { NodeApi } from "../node-api.js";

/**
 * `StorageDriver.abort`: the upload goes from the node, with its file where it was completed there. Found by the session's
 * id, with a handle or without one, and by its key where the node has forgotten it; the file of another upload, at the key that was to be ours, stays.
 */
export async function abort(node: NodeApi, target: UploadTarget, options: CallOptions): Promise<void> {
  if (options.signal.aborted) throw options.signal.reason;
  const request = {
    method: "DELETE",
    path: slavePaths.session(target.sessionId),
    query: cancelQuery(target.key),
  } as const;
  const reply = await node.ask(request, options);
  if (!isDone(reply) && !isUnknown(reply)) throw refusalOf(reply, { operation: "giving an upload up" });
}
