import type { CallOptions, Probed, UploadTarget } from "@stowage/core";
import { clientWriting, parseBlockId, shortHash } from "./block/block-id.js";
import { listBlocks } from "./block/list-blocks.js";
import { receiptsIn } from "./block/receipts-in.js";
import type { AzureContext } from "./context.js";
import { removeDirect } from "./direct/remove-direct.js";
import type { AzureHandle } from "./handle.js";
import { blobName, directName } from "./keys.js";
import { findObject } from "./objects/find-object.js";

/** What the service holds, in the object's own blob and in the one that clients send to. An upload is never gone: it begins with nothing. */
export async function probe(
  context: AzureContext,
  { mark }: AzureHandle,
  { key }: UploadTarget,
  options: CallOptions,
): Promise<Probed> {
  const { prefix } = context.settings;
  const found = await findObject(context, key, options);
  if (found !== null && found.mark === mark) {
    // A completion that got no further than this is not asked for again.
    await removeDirect(context, key, options);
    return { kind: "complete", object: found.object };
  }
  const [own, direct] = await Promise.all([
    listBlocks(context, blobName(prefix, key), options),
    listBlocks(context, directName(prefix, key), options),
  ]);
  if (direct !== null) context.direct.add(key);
  // A client may have committed by itself, which changes nothing for us; and ids of our own writings prove nothing there.
  const sent = new Map(
    [...(direct?.committed ?? []), ...(direct?.uncommitted ?? [])]
      .filter(({ id }) => parseBlockId(id)?.writing === clientWriting)
      .map((block) => [block.id, block]),
  );
  return { kind: "open", parts: receiptsIn([...(own?.uncommitted ?? []), ...sent.values()], shortHash(mark)) };
}
