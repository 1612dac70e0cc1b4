import type { CallOptions } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { directName } from "../keys.js";
import { dropBlocks } from "./drop-blocks.js";
import { withoutLease } from "./without-lease.js";

/** Removes what clients sent to the blob beside an object's. `key`: the target's. Idempotent. */
export async function removeDirect(context: AzureContext, key: string, options: CallOptions): Promise<void> {
  const blob = directName(context.settings.prefix, key);
  await withoutLease(context, blob, options, () => dropBlocks(context, blob, "any", options));
  context.direct.delete(key);
}
