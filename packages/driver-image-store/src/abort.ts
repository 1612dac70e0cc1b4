import type { CallOptions, UploadTarget } from "@stowage/core";
import { refusalOf } from "./errors.js";
import { sessionGuid } from "./handle.js";
import type { StoreApi } from "./store-api.js";

/** `StorageDriver.abort`: the session goes with its bytes. Found by the target, with a handle or without one. */
export async function abort(api: StoreApi, target: UploadTarget, options: CallOptions): Promise<void> {
  const session = await sessionGuid(target);
  const reply = await api({ method: "DELETE", operation: "DeleteUploadSession", session }, options);
  if (reply.status !== 200 && reply.status !== 404) throw refusalOf(reply, "DeleteUploadSession");
}
