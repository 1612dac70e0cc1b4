import type { ByteSource } from "@stowage/core";
import { interrupted } from "../interrupted.js";

/** A body, and how much of it was read. */
export interface WebBody extends ByteSource {
  readonly received: number;
}

/** How much of a body that nobody wants any more is read all the same, so that the client comes to see the answer. */
const discardBytes = 64 * 1024 * 1024;

/**
 * The body of a `Request`; a stream that breaks is a client that went away. Read at most once. `request.body` is not touched
 * before somebody reads: platforms throw a body that nobody asked for away by themselves, and keep the connection.
 */
export function webBody(request: Request): WebBody {
  const length = request.headers.get("content-length");
  let received = 0;
  const count = (piece: Uint8Array): void => {
    received += piece.byteLength;
  };
  return {
    get size() {
      if (length !== null && /^\d{1,15}$/.test(length)) return Number(length);
      return request.body === null ? 0 : null;
    },
    oneShot: true,
    stream: () => ({ [Symbol.asyncIterator]: () => iterate(request.body, count) }),
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
  let isOver = reader === undefined;
  return {
    next: async () => {
      if (reader === undefined || isOver) return { done: true, value: undefined };
      try {
        const result = await reader.read();
        isOver = result.done;
        if (result.done) return { done: true, value: undefined };
        count(result.value);
        return { done: false, value: result.value };
      } catch (error) {
        isOver = true;
        throw interrupted("client", error);
      }
    },
    return: async () => {
      if (reader !== undefined && !isOver) void discard(reader);
      isOver = true;
      return { done: true, value: undefined };
    },
  };
}

/** Cancelling would cut the connection on Node's platforms, before the answer is out. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    for (let left = discardBytes; left >= 0;) {
      const result = await reader.read();
      if (result.done) return;
      left -= result.value.byteLength;
    }
    await reader.cancel();
  } catch {
    // It is gone already, which is no news.
  }
}
