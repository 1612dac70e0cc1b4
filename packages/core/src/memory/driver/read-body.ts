import type { ByteSource } from "../../bytes.js";
import { UploadError } from "../../errors.js";
import type { CallOptions } from "../../runtime.js";

/**
 * Hands on each piece, and returns how many bytes there were. The signal ends it at once, also while the sender is
 * silent.
 *
 * @throws {UploadError} `BODY_TRUNCATED`, `CHUNK_SIZE_MISMATCH` before the piece that is too much is handed on
 */
export async function readBody(
  body: ByteSource,
  offset: number,
  most: number,
  take: (piece: Uint8Array) => void,
  { signal }: CallOptions,
): Promise<number> {
  signal.throwIfAborted();
  const limit = body.size ?? most;
  const iterator = body.stream()[Symbol.asyncIterator]();
  const stop = abortion(signal);
  let length = 0;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), stop.aborted]);
      if (next.done === true) break;
      length += next.value.byteLength;
      if (length > limit) throw tooLong(offset, limit, length);
      take(next.value);
    }
  } catch (error) {
    // A sender that is silent does not answer this either, so nobody waits for it.
    iterator.return?.().catch(() => {});
    throw error;
  } finally {
    stop.forget();
  }
  if (body.size !== null && length < body.size) {
    const details = { expected: body.size, actual: length };
    throw new UploadError("BODY_TRUNCATED", `got ${length} of ${body.size} bytes`, details, { retry: "same" });
  }
  return length;
}

function tooLong(offset: number, expected: number, actual: number): UploadError<"CHUNK_SIZE_MISMATCH"> {
  const details = { offset, expected, actual };
  return new UploadError("CHUNK_SIZE_MISMATCH", `got ${actual} bytes, at most ${expected} expected`, details);
}

function abortion(signal: AbortSignal): { readonly aborted: Promise<never>; forget(): void } {
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
  });
  aborted.catch(() => {});
  return { aborted, forget: () => signal.removeEventListener("abort", abort) };
}
