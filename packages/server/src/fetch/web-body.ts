import type { ByteSource } from "@stowage/core";
import { interrupted } from "../interrupted.js";

/** A body, and how much of it was read. */
export interface WebBody extends ByteSource {
  readonly received: number;
}

/** The body of a `Request`; a stream that breaks is a client that went away. Read at most once. */
export function webBody(request: Request): WebBody {
  const { body } = request;
  const length = request.headers.get("content-length");
  const size = body === null ? 0 : length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
  let received = 0;
  const count = (piece: Uint8Array): void => {
    received += piece.byteLength;
  };
  return {
    size,
    oneShot: true,
    stream: () => ({ [Symbol.asyncIterator]: () => iterate(body, count) }),
    get received() {
      return received;
    },
  };
}

function iterate(
  body: ReadableStream<Uint8Array> | null,
  count: (piece: Uint8Array) => void,
): AsyncIterator<Uint8Array> {
  const reader = body?.getReader();
  return {
    next: async () => {
      if (reader === undefined) return { done: true, value: undefined };
      try {
        const result = await reader.read();
        if (result.done) return { done: true, value: undefined };
        count(result.value);
        return { done: false, value: result.value };
      } catch (error) {
        throw interrupted("client", error);
      }
    },
    return: async () => {
      // The platform decides what becomes of the rest; that it is gone already is no news.
      await reader?.cancel().catch(() => {});
      return { done: true, value: undefined };
    },
  };
}
