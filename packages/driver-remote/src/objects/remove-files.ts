import { slavePaths } from "@stowage/cloudreve-wire";
import type { CallOptions } from "@stowage/core";
import { isDone, refusalOf } from "../errors.js";
import type { NodeApi } from "../node-api.js";

/** `ObjectAccess.remove`. What is gone already is no error. */
export async function removeFiles(node: NodeApi, keys: readonly string[], options: CallOptions): Promise<void> {
  if (options.signal.aborted) throw options.signal.reason;
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ files: keys });
  const reply = await node.ask(
    { method: "DELETE", path: slavePaths.files, signature: "header", headers, body },
    options,
  );
  if (!isDone(reply)) throw refusalOf(reply, { operation: "removing a file" });
}
