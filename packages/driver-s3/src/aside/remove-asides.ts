import type { CallOptions } from "@stowage/core";
import type { S3Context } from "../context.js";
import { removeKey } from "../objects/remove-key.js";
import { listAsides } from "./list-asides.js";

/** Removes what was kept aside for an upload that has ended. `key`: the target's. Idempotent. */
export async function removeAsides(context: S3Context, key: string, options: CallOptions): Promise<void> {
  for (const aside of await listAsides(context, key, options)) await removeKey(context, aside.key, options);
}
