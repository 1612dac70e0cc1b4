import type { ByteSource } from "@stowage/core";

/** What a body yields of one cell, held in a buffer, so that it can be sent again and kept where the line breaks. */
export interface HeldCell {
  /** What has come so far. */
  bytes(): Uint8Array;
  /** All that the body yields of the cell. */
  gather(): Promise<void>;
  /** What has come, then what comes. Each stream begins at the beginning. */
  source(): ByteSource;
}

/**
 * `take`: the next bytes of the cell, `null` at its end. Never called twice at once, nor after its end or its error. `buffer`: as
 * large as the cell. Bytes are copied, because what the network gives is small change: held for as long as a part takes, it
 * grows old, and only a full collection gets rid of it.
 */
export function heldCell(take: () => Promise<Uint8Array | null>, buffer: Uint8Array): HeldCell {
  let size = 0;
  let isOver = false;
  let taking: Promise<void> | null = null;
  const takeOne = async (): Promise<void> => {
    const piece = await take();
    // After an error the promise stays, and whoever comes next gets the same error.
    taking = null;
    if (piece === null) {
      isOver = true;
      return;
    }
    buffer.set(piece, size);
    size += piece.byteLength;
  };
  const more = (): Promise<void> => {
    if (taking !== null) return taking;
    taking = takeOne();
    // Whoever asked may have gone before it fails.
    taking.catch(() => {});
    return taking;
  };
  const iterate = (): AsyncIterator<Uint8Array> => {
    let at = 0;
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      while (at === size && !isOver) await more();
      if (at === size) return { done: true, value: undefined };
      const value = buffer.subarray(at, size);
      at = size;
      return { done: false, value };
    };
    return { next, return: async () => ({ done: true, value: undefined }) };
  };
  return {
    bytes: () => buffer.subarray(0, size),
    gather: async () => {
      while (!isOver) await more();
    },
    source: () => ({
      size: buffer.byteLength,
      oneShot: false,
      stream: () => ({ [Symbol.asyncIterator]: iterate }),
    }),
  };
}
