import { type CallOptions, fromBytes } from "@stowage/core";
import { type BlockId, printBlockId } from "../block/block-id.js";
import type { AzureContext } from "../context.js";
import type { HeldBlock } from "./held-block.js";
import { putBlock, type SentBlock } from "./put-block.js";
import { tryAgain } from "@stowage/core/layers";

/** Sends a block from memory, again where that fails in passing, and gives the memory back. @throws {UploadError} `BACKEND_*` */
export async function stageBlock(
  context: AzureContext,
  placed: BlockId & Pick<SentBlock, "blob" | "md5">,
  held: HeldBlock,
  options: CallOptions,
): Promise<void> {
  const { blob, offset, md5 } = placed;
  const { bytes } = held;
  const block = { blob, id: printBlockId(placed), size: bytes.byteLength, offset, md5 };
  let attempts = 0;
  let isFree = false;
  try {
    await tryAgain(context.runtime.clock, options, () => {
      attempts += 1;
      return putBlock(context, { ...block, body: fromBytes(bytes) }, options);
    });
    // Acknowledged, so all of it has left; a request that failed before may still be reading it.
    isFree = attempts === 1;
  } finally {
    held.giveBack(isFree);
  }
}
