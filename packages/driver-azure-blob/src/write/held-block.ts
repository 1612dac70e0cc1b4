import type { ByteBudget, CallOptions } from "@stowage/core";
import { type BlockSizes, leastBlock } from "../block/block-size.js";
import type { BodyReader } from "./body-reader.js";
import type { SendingLine } from "./sending-line.js";
import type { SpareBuffers } from "@stowage/core/node";

/** Bytes of a block in memory. Whoever has it gives it back, once. */
export interface HeldBlock {
  readonly bytes: Uint8Array;
  /** @param isFree nobody reads the bytes any more, so that their buffer may be used again */
  giveBack(isFree: boolean): void;
}

/** What blocks are held with. */
export interface Holding {
  readonly memory: ByteBudget;
  readonly spares: SpareBuffers;
  /** A block of the same body that is on its way gives its room back. */
  readonly line: Pick<SendingLine, "sent">;
}

/** Paid for as bytes come, so that a silent sender keeps nobody waiting for what he does not use. */
const step = 256 * 1024;

/**
 * The next block of a body, at most `most` bytes: less where the body ends, and where the budget has no room and it is large
 * enough. A block of `leastBlock` is held whatever the budget says, as else a few slow senders could stop all others; more
 * than that, where the number of blocks asks for it, waits for room first.
 */
export async function holdBlock(
  reader: BodyReader,
  { least, wanted }: BlockSizes,
  most: number,
  { memory, spares, line }: Holding,
  options: CallOptions,
): Promise<HeldBlock> {
  const limit = Math.min(wanted, most);
  const isLarge = Math.min(least, most) > leastBlock;
  if (isLarge) await line.sent();
  let paid = isLarge ? Math.min(least, most) : 0;
  if (isLarge) await memory.take(paid, options);
  const buffer = spares.take(limit);
  let filled = 0;
  const giveBack = (isFree: boolean): void => {
    memory.give(paid);
    if (isFree) spares.give(buffer);
  };
  const pay = (): boolean => {
    const next = Math.min(step, limit - paid);
    const isPaid = memory.tryTake(next);
    if (isPaid) paid += next;
    return isPaid;
  };
  try {
    while (filled < limit && (await reader.more())) {
      let room = paid - filled;
      if (room <= 0 && (pay() || ((await line.sent()) && pay()))) room = paid - filled;
      if (room <= 0) room = Math.min(leastBlock, limit) - filled;
      if (room <= 0) break;
      filled += reader.take(buffer.subarray(filled, filled + room));
    }
  } catch (error) {
    giveBack(true);
    throw error;
  }
  return { bytes: buffer.subarray(0, filled), giveBack };
}
