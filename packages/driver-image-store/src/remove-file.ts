import type { CallOptions } from "@stowage/core";
import { refusalOf } from "./errors.js";
import type { StoreApi } from "./store-api.js";

/** `ObjectAccess.remove`. What is gone already is no error. */
export async function removeFile(api: StoreApi, path: string, options: CallOptions): Promise<void> {
  const reply = await api({ method: "DELETE", path }, options);
  if (reply.status !== 200 && reply.status !== 404) throw refusalOf(reply, "DeleteImageStoreContent");
}
