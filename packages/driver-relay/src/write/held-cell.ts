import type { ByteSource } from "@stowage/core";

/** What a body yields of one cell, held by reference, so that it can be sent again and kept where the line breaks. */
export interface HeldCell {
  /** What has come so far. */
  readonly pieces: readonly Uint8Array[];
  /** Bytes of those. */
  readonly size: number;
  /** All that the body yields of the cell. */
  gather(): Promise<void>;
  /** What has come, then what comes. Each stream begins at the beginning. */
  source(size: number): ByteSource;
}

/** `take`: the next bytes of the cell, `null` at its end. Never called twice at once, nor after its end or its error. */
export function heldCell(take: () => Promise<Uint8Array | null>): HeldCell {
  const pieces: Uint8Array[] = [];
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
    pieces.push(piece);
    size += piece.byteLength;
  };
  const more = (): Promise<void> => {
    if (taking !== null) return taking;
    taking = takeOne();
    // Whoever asked may have gone before it fails.
    taking.catch(() => {});
    return taking;
  };
  return {
    pieces,
    get size() {
      return size;
    },
    gather: async () => {
      while (!isOver) await more();
    },
    source: (length) => ({ size: length, oneShot: false, stream: () => streamOf(pieces, () => isOver, more) }),
  };
}

function streamOf(
  pieces: readonly Uint8Array[],
  isOver: () => boolean,
  more: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  let at = 0;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    for (;;) {
      const value = pieces[at];
      if (value !== undefined) {
        at++;
        return { done: false, value };
      }
      if (isOver()) return { done: true, value: undefined };
      await more();
    }
  };
  return {
    [Symbol.asyncIterator]: () => ({ next, return: async () => ({ done: true, value: undefined }) }),
  };
}
