import type { ByteSource } from "./bytes.js";
import type { ByteBudget, CallOptions } from "./runtime.js";

/**
 * Reads on while the last batch is still being written; each write gets at least `minBytes` but the last.
 * `minBytes` may change as it goes, so that many bodies at once take smaller batches each. At most two batches are
 * in memory for each body; the one that is written is taken from the budget. Returns the bytes written.
 * Where the body throws, what it yielded before is written first, and then the error is thrown.
 */
export async function writeBehind(
  body: ByteSource,
  minBytes: number | (() => number),
  memory: ByteBudget,
  write: (batch: readonly Uint8Array[], offset: number) => Promise<void>,
  options: CallOptions,
): Promise<number> {
  const wanted = typeof minBytes === "number" ? () => minBytes : minBytes;
  let batch: Uint8Array[] = [];
  let filled = 0;
  let offset = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    const [full, size, at] = [batch, filled, offset];
    batch = [];
    filled = 0;
    offset += size;
    // First this: what waits here for a slow backend must not keep from others what it cannot use yet.
    await writing;
    await memory.take(size, options);
    writing = write(full, at).finally(() => memory.give(size));
    writing.catch(() => {});
  };
  try {
    for await (const piece of body.stream()) {
      batch.push(piece);
      filled += piece.byteLength;
      if (filled >= wanted()) await flush();
    }
  } finally {
    if (filled > 0) await flush();
    await writing;
  }
  return offset;
}
