import { type CallOptions, type Json, UploadError, type UploadTarget } from "@stowage/core";
import { mostUnplanned } from "./block/block-size.js";
import type { AzureContext } from "./context.js";
import { toJson } from "./handle.js";
import { blobName } from "./keys.js";
import { mostBlockBytes, mostBlocks } from "./limits.js";

/**
 * Opens an upload without asking anybody: blocks need none. What could never be committed is refused here.
 *
 * @throws {UploadError} `NAME_REFUSED`, `PLAN_IMPOSSIBLE`
 */
export async function begin(
  { settings, runtime }: AzureContext,
  { key, size, plan }: UploadTarget,
  { signal }: CallOptions,
): Promise<Json> {
  if (signal.aborted) throw signal.reason;
  blobName(settings.prefix, key);
  const isPlannable = plan === null || (plan.count <= mostBlocks && plan.chunkSize <= mostBlockBytes);
  if (size !== null && !(plan === null ? size <= mostUnplanned : isPlannable))
    throw new UploadError("PLAN_IMPOSSIBLE", `${size} bytes do not fit into ${mostBlocks} blocks`, {
      size,
      limits: { minSize: 1, maxSize: mostBlockBytes, maxCount: mostBlocks },
    });
  return toJson({ version: 1, mark: runtime.newId() });
}
