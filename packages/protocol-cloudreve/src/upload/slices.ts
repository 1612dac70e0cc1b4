import type { ByteRange, ByteSource } from "@stowage/core";

/**
 * Cuts one body into the chunks of a plan, each to be read to its end before the next is asked for. The last one
 * takes whatever is left, so that the engine sees a body that is too long.
 */
export function slices(body: ByteSource): (range: ByteRange, isLast: boolean) => ByteSource {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let rest: Uint8Array | null = null;
  const next = async (): Promise<Uint8Array | null> => {
    iterator ??= body.stream()[Symbol.asyncIterator]();
    const result = await iterator.next();
    return result.done === true ? null : result.value;
  };
  async function* take(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      const piece = rest ?? (await next());
      if (piece === null) return;
      rest = piece.byteLength > left ? piece.subarray(left) : null;
      yield rest === null ? piece : piece.subarray(0, left);
      left -= piece.byteLength;
    }
  }
  return ({ start, end }, isLast) => ({
    size: end - start,
    oneShot: true,
    stream: () => take(isLast ? Infinity : end - start),
  });
}
