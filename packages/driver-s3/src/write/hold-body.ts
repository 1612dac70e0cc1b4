import { type ByteSource, type CallOptions, UploadError } from "@stowage/core";

/**
 * All of a body in `held`, which has its size, so that it goes out in one write and may go out again. Ends at once with the
 * signal, also while the sender is silent.
 *
 * @throws {UploadError} `BODY_TRUNCATED`, `CHUNK_SIZE_MISMATCH`; and what the body throws
 */
export async function holdBody(body: ByteSource, held: Uint8Array, { signal }: CallOptions): Promise<void> {
  const size = held.byteLength;
  const iterator = body.stream()[Symbol.asyncIterator]();
  // One listener for the body and not one for each piece: a signal may live as long as its connection.
  let interrupt = (_reason: unknown): void => {};
  const stop = (): void => interrupt(signal.reason);
  const next = (): Promise<IteratorResult<Uint8Array>> =>
    new Promise((resolve, reject) => {
      interrupt = reject;
      iterator.next().then(resolve, reject);
      if (signal.aborted) stop();
    });
  signal.addEventListener("abort", stop, { once: true });
  let filled = 0;
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await next();
      isOver = done === true;
      if (done === true) break;
      if (filled + value.byteLength > size) throw tooLong(filled + value.byteLength, size);
      held.set(value, filled);
      filled += value.byteLength;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Nobody waits for a sender who was asked for a piece that may never come.
    if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
  if (filled === size) return;
  const details = { expected: size, actual: filled };
  throw new UploadError("BODY_TRUNCATED", `got ${filled} of ${size} bytes`, details, { retry: "same" });
}

function tooLong(actual: number, expected: number): UploadError {
  const details = { offset: 0, expected, actual };
  return new UploadError("CHUNK_SIZE_MISMATCH", `got at least ${actual} bytes, ${expected} announced`, details);
}
