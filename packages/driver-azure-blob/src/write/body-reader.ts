import { type ByteSource, type CallOptions, UploadError } from "@stowage/core";

/** A body as it comes, taken in any sizes. One call at a time. */
export interface BodyReader {
  /** Waits for the next byte. `false`: there is none, as the body is over or broke. Ends at once with the signal. */
  more(): Promise<boolean>;
  /** Copies what is there, as much as there is room for; the number of bytes. */
  take(room: Uint8Array): number;
  /** What the body threw; `null` as long as it did not. */
  readonly broken: { readonly error: unknown } | null;
  /** Lets the sender go, who may have more; waits for nobody. */
  release(): void;
}

/** @param onPiece sees every piece before it is taken */
export function bodyReader(
  body: ByteSource,
  { signal }: CallOptions,
  onPiece: (piece: Uint8Array) => void = () => {},
): BodyReader {
  const iterator = body.stream()[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let came = 0;
  let isOver = false;
  let broken: { readonly error: unknown } | null = null;
  const next = async (): Promise<void> => {
    const result = await orAborted(iterator.next(), signal);
    if (result.done === true) {
      isOver = true;
      return;
    }
    rest = result.value;
    came += rest.byteLength;
    if (body.size !== null && came > body.size) throw tooLong(came, body.size);
    onPiece(rest);
  };
  return {
    more: async () => {
      while (rest.byteLength === 0 && !isOver && broken === null) {
        try {
          await next();
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          rest = rest.subarray(rest.byteLength);
          broken = { error };
        }
      }
      return rest.byteLength > 0;
    },
    take: (room) => {
      const piece = rest.subarray(0, room.byteLength);
      room.set(piece);
      rest = rest.subarray(piece.byteLength);
      return piece.byteLength;
    },
    get broken() {
      return broken;
    },
    release: () => {
      if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}

function tooLong(actual: number, expected: number): UploadError {
  const details = { offset: 0, expected, actual };
  return new UploadError("CHUNK_SIZE_MISMATCH", `got at least ${actual} bytes, ${expected} announced`, details);
}

function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) {
    // What it rejects with, nobody else would hear, and the process would end.
    work.catch(() => {});
    return Promise.reject(signal.reason as Error);
  }
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
