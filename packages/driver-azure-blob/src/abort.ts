import type { CallOptions, UploadTarget } from "@stowage/core";
import type { AzureContext } from "./context.js";
import { dropBlocks } from "./direct/drop-blocks.js";
import { removeDirect } from "./direct/remove-direct.js";
import { blobName } from "./keys.js";

/**
 * Gives an upload up. All that it has is at names that its key tells, so it takes no handle. An object that is there stays:
 * whoever knows that it is nobody's removes it.
 */
export async function abort(context: AzureContext, { key }: UploadTarget, options: CallOptions): Promise<void> {
  await dropBlocks(context, blobName(context.settings.prefix, key), "uncommitted", options);
  await removeDirect(context, key, options);
}
