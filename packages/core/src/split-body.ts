import { bytes, fromStream } from "./body.js";
import type { ByteSource } from "./bytes.js";
import { UploadError } from "./errors.js";

/** One stream, cut as it comes. Only one call at a time may be under way, but for `release`. */
export interface SplitBody {
  /** The next so many bytes, in memory. @throws {UploadError} `BODY_TRUNCATED` */
  take(length: number): Promise<Uint8Array>;
  /** All that was announced is taken. @throws {UploadError} `CHUNK_SIZE_MISMATCH` where still more comes */
  end(): Promise<void>;
  /** Lets the sender go, who may have more. Does not wait for a piece that was asked for and may never come. */
  release(): Promise<void>;
}

/** Opens a body of known size. */
export function splitBody(body: ByteSource): SplitBody {
  const iterator = body.stream()[Symbol.asyncIterator]();
  let rest: Uint8Array | null = null;
  let state: "idle" | "reading" | "over" = "idle";
  const read = async (): Promise<Uint8Array | null> => {
    if (state === "over") return null;
    state = "reading";
    try {
      const { done, value } = await iterator.next();
      state = done === true ? "over" : "idle";
      return done === true ? null : value;
    } catch (error) {
      state = "over";
      throw error;
    }
  };
  async function* pieces(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      const piece: Uint8Array | null = rest ?? (await read());
      if (piece === null) return;
      rest = piece.byteLength > left ? piece.subarray(left) : null;
      left -= Math.min(left, piece.byteLength);
      yield rest === null ? piece : piece.subarray(0, piece.byteLength - rest.byteLength);
    }
  }
  return {
    take: (length) => bytes(fromStream(pieces(length), length), length),
    end: async () => {
      let more = rest ?? (await read());
      while (more !== null && more.byteLength === 0) more = await read();
      if (more === null) return;
      const expected = body.size ?? 0;
      const actual = expected + more.byteLength;
      throw new UploadError("CHUNK_SIZE_MISMATCH", `got at least ${actual} bytes, ${expected} announced`, {
        offset: 0,
        expected,
        actual,
      });
    },
    release: async () => {
      if (state === "over") return;
      const released = Promise.resolve(iterator.return?.()).catch(() => {});
      if (state === "idle") await released;
    },
  };
}
