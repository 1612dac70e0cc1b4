import type { ByteSource } from "./bytes.js";
import { UploadError } from "./errors.js";

/** A body from bytes in memory; it can be read again. */
export function fromBytes(bytes: Uint8Array): ByteSource {
  return { size: bytes.byteLength, oneShot: false, stream: () => single(bytes) };
}

/** A body that can be read once, from anything that yields bytes. `size`: exact, or `null` where nobody knows. */
export function fromStream(stream: AsyncIterable<Uint8Array>, size: number | null): ByteSource {
  return { size, oneShot: true, stream: () => stream };
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}

/**
 * All of a small body. Checks the announced length, so that no driver does it by hand.
 *
 * @throws {UploadError} `OBJECT_TOO_LARGE` beyond `limit`, `BODY_TRUNCATED`, `CHUNK_SIZE_MISMATCH`
 */
export async function bytes(body: ByteSource, limit: number): Promise<Uint8Array> {
  if (body.size !== null && body.size > limit) throw tooLarge(body.size, limit);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body.stream()) {
    length += piece.byteLength;
    if (length > limit) throw tooLarge(length, limit);
    pieces.push(piece);
  }
  if (body.size !== null && length < body.size) {
    throw new UploadError(
      "BODY_TRUNCATED",
      `got ${length} of ${body.size} bytes`,
      { expected: body.size, actual: length },
      { retry: "same" },
    );
  }
  if (body.size !== null && length > body.size) {
    throw new UploadError("CHUNK_SIZE_MISMATCH", `got ${length} bytes, ${body.size} announced`, {
      offset: 0,
      expected: body.size,
      actual: length,
    });
  }
  return joined(pieces, length);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

function tooLarge(size: number, limit: number): UploadError<"OBJECT_TOO_LARGE"> {
  return new UploadError("OBJECT_TOO_LARGE", `${size} bytes, at most ${limit}`, { size, limit });
}
