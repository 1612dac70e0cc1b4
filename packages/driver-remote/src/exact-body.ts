import { UploadError } from "@stowage/core";
import type { ByteSource } from "@stowage/core";

/**
 * A body that throws unless it has exactly the bytes that it announces: a client of HTTP only breaks the connection.
 *
 * @throws {UploadError} from the stream: `BODY_TRUNCATED`, `CHUNK_SIZE_MISMATCH`
 */
export function exactBody(source: ByteSource, size: number, offset: number): ByteSource {
  const iterate = (): AsyncIterator<Uint8Array> => {
    const iterator = source.stream()[Symbol.asyncIterator]();
    let count = 0;
    return {
      next: async () => {
        const result = await iterator.next();
        if (result.done === true && count < size) throw truncated(size, count);
        if (result.done !== true && (count += result.value.byteLength) > size) throw tooLong(offset, size, count);
        return result;
      },
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
