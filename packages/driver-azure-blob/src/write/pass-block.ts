import { type CallOptions, fromStream, UploadError } from "@stowage/core";
import { type BlockId, printBlockId } from "../block/block-id.js";
import type { AzureContext } from "../context.js";
import type { BodyReader } from "./body-reader.js";
import { putBlock } from "./put-block.js";

/** Copied through this, as the sender may use his buffer again. */
const windowBytes = 256 * 1024;

/**
 * One block that is too large to be held: its bytes pass through, once.
 *
 * @throws {UploadError} `BODY_TRUNCATED`, `BACKEND_*`; and what the body throws
 */
export async function passBlock(
  context: AzureContext,
  placed: BlockId & { readonly blob: string },
  { reader, size }: { readonly reader: BodyReader; readonly size: number },
  options: CallOptions,
): Promise<void> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      if (!(await reader.more())) throw reader.broken === null ? truncated(size, size - left) : reader.broken.error;
      const room = Buffer.allocUnsafeSlow(Math.min(windowBytes, left));
      const taken = reader.take(room);
      left -= taken;
      yield room.subarray(0, taken);
    }
  }
  const { blob, offset } = placed;
  const body = fromStream(pieces(), size);
  await putBlock(context, { blob, id: printBlockId(placed), body, size, offset, md5: null }, options);
}

function truncated(expected: number, actual: number): UploadError {
  const details = { expected, actual };
  return new UploadError("BODY_TRUNCATED", `got ${actual} of ${expected} bytes`, details, { retry: "same" });
}
