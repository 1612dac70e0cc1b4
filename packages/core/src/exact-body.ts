import type { ByteSource } from "./bytes.js";
import { UploadError } from "./errors.js";

/**
 * A body that throws unless it has exactly the bytes that it announces: a client of HTTP only breaks the connection. Its last
 * byte is kept until the source has ended well, for a source may find only then that its bytes were wrong, and the backend would
 * have a whole chunk by then, which some never exchange for another. `offset`: of the chunk, for the error.
 *
 * @throws {UploadError} from the stream: `BODY_TRUNCATED`, `CHUNK_SIZE_MISMATCH`, and what the source throws
 */
export function exactBody(source: ByteSource, size: number, offset: number): ByteSource {
  const iterate = (): AsyncIterator<Uint8Array> => {
    const iterator = source.stream()[Symbol.asyncIterator]();
    let count = 0;
    let last: Uint8Array | null = null;
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      const result = await iterator.next();
      if (result.done === true) {
        if (count < size) throw truncated(size, count);
        if (last === null) return result;
        const kept = last;
        last = null;
        return { done: false, value: kept };
      }
      const piece = result.value;
      count += piece.byteLength;
      if (count > size) throw tooLong(offset, size, count);
      if (piece.byteLength === 0) return next();
      if (count < size) return result;
      // A copy, for the source may use the piece's memory again.
      last = piece.slice(-1);
      return piece.byteLength === 1 ? next() : { done: false, value: piece.subarray(0, -1) };
    };
    return {
      next,
      return: async () => {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    };
  };
  return { size, oneShot: source.oneShot, stream: () => ({ [Symbol.asyncIterator]: iterate }) };
}

function truncated(expected: number, actual: number): UploadError<"BODY_TRUNCATED"> {
  return new UploadError(
    "BODY_TRUNCATED",
    `got ${actual} of ${expected} bytes`,
    { expected, actual },
    { retry: "same" },
  );
}

function tooLong(offset: number, expected: number, actual: number): UploadError<"CHUNK_SIZE_MISMATCH"> {
  return new UploadError("CHUNK_SIZE_MISMATCH", `got more than ${expected} bytes`, { offset, expected, actual });
}
