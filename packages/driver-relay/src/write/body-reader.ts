import { setMaxListeners } from "node:events";
import { type ByteSource, type CallOptions, UploadError } from "@stowage/core";

/** A chunk's body, taken in steps. One step at a time. */
export interface BodyReader {
  /** The next bytes, at most so many; `null` at the end. */
  read(most: number): Promise<Uint8Array | null>;
  /** Waits for the next bytes, or the end. */
  isAtEnd(): Promise<boolean>;
  /** Fails where there is more than there should be; waits for the end. */
  end(): Promise<void>;
  /** Bytes handed out. */
  readonly count: number;
  /** The body broke off, or ended early; what was handed out came all the same. Not set by the signal. */
  readonly isBroken: boolean;
  /** Lets the sender go, who may have more. */
  release(): void;
}

/** What a body has to be. */
export interface BodyRules {
  /** Of the chunk. */
  readonly offset: number;
  /** Most bytes where the body has no size. */
  readonly limit: number;
}

/**
 * Opens a body. The signal ends a step at once, also while the sender is silent.
 *
 * @throws {UploadError} in its steps: `CHUNK_SIZE_MISMATCH`, `BODY_TRUNCATED`, and what the body throws
 */
export function openBody(body: ByteSource, rules: BodyRules, options: CallOptions): BodyReader {
  const puller = pullerOf(body, options);
  const limit = body.size ?? rules.limit;
  let count = 0;
  let rest: Uint8Array | null = null;
  const peek = async (): Promise<Uint8Array | null> => {
    rest ??= await puller.pull();
    if (puller.count > limit) throw tooLong(rules.offset, limit, puller.count);
    return rest;
  };
  return {
    read: async (most) => {
      const piece = await peek();
      if (piece === null) return null;
      rest = piece.byteLength > most ? piece.subarray(most) : null;
      const given = rest === null ? piece : piece.subarray(0, most);
      count += given.byteLength;
      return given;
    },
    isAtEnd: async () => (await peek()) === null,
    end: async () => {
      const more = await peek();
      if (more !== null) throw tooLong(rules.offset, count, count + more.byteLength);
    },
    get count() {
      return count;
    },
    get isBroken() {
      return puller.isBroken;
    },
    release: () => puller.release(),
  };
}

interface Puller extends Pick<BodyReader, "count" | "isBroken" | "release"> {
  /** The next bytes that are not none; `null` at the end. After an error the same error. */
  pull(): Promise<Uint8Array | null>;
}

function pullerOf(body: ByteSource, { signal }: CallOptions): Puller {
  const iterator = body.stream()[Symbol.asyncIterator]();
  let count = 0;
  let isOver = false;
  let failure: { readonly error: unknown } | null = null;
  let interrupt = (_reason: unknown): void => {};
  const stop = (): void => interrupt(signal.reason);
  // One signal may stand for all requests of a server, which is no leak.
  setMaxListeners(0, signal);
  signal.addEventListener("abort", stop, { once: true });
  const next = (): Promise<IteratorResult<Uint8Array>> =>
    new Promise((resolve, reject) => {
      interrupt = reject;
      iterator.next().then(resolve, reject);
    });
  const pull = async (): Promise<Uint8Array | null> => {
    for (;;) {
      const { done, value } = await next();
      if (done === true) break;
      count += value.byteLength;
      if (value.byteLength > 0) return value;
    }
    isOver = true;
    if (body.size !== null && count < body.size) throw truncated(body.size, count);
    return null;
  };
  return {
    pull: async () => {
      signal.throwIfAborted();
      if (failure !== null) throw failure.error;
      if (isOver) return null;
      try {
        return await pull();
      } catch (error) {
        if (!signal.aborted) failure = { error };
        throw error;
      }
    },
    get count() {
      return count;
    },
    get isBroken() {
      return failure !== null;
    },
    release: () => {
      signal.removeEventListener("abort", stop);
      // Nobody waits for a sender who was asked for a piece that may never come.
      if (!isOver && failure === null) void Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}

function truncated(expected: number, actual: number): UploadError<"BODY_TRUNCATED"> {
  const details = { expected, actual };
  return new UploadError("BODY_TRUNCATED", `got ${actual} of ${expected} bytes`, details, { retry: "same" });
}

function tooLong(offset: number, expected: number, actual: number): UploadError<"CHUNK_SIZE_MISMATCH"> {
  const details = { offset, expected, actual };
  return new UploadError("CHUNK_SIZE_MISMATCH", `got ${actual} bytes, at most ${expected} expected`, details);
}
