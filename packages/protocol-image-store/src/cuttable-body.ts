import type { ByteSource, UploadError } from "@stowage/core";

/** A body that can be made to end with an error. */
export interface CuttableBody extends ByteSource {
  /** Also while the sender is silent. Returns whether somebody has begun to read and has not come to the end. */
  cut(error: UploadError): boolean;
}

/** To be read once. Written by hand, as a generator costs more for each piece. */
export function cuttableBody(source: ByteSource): CuttableBody {
  let failure: UploadError | null = null;
  let interrupt: ((error: UploadError) => void) | null = null;
  let phase: "new" | "read" | "over" = "new";
  const iterate = (): AsyncIterator<Uint8Array> => {
    const iterator = source.stream()[Symbol.asyncIterator]();
    phase = "read";
    return {
      next: () =>
        new Promise((resolve, reject) => {
          if (failure !== null) {
            reject(failure);
            return;
          }
          interrupt = reject;
          iterator.next().then(
            (result) => {
              if (result.done === true) phase = "over";
              resolve(result);
            },
            (error: unknown) => {
              phase = "over";
              reject(error as Error);
            },
          );
        }),
      return: async () => {
        phase = "over";
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    };
  };
  return {
    size: source.size,
    oneShot: true,
    stream: () => ({ [Symbol.asyncIterator]: iterate }),
    cut: (error) => {
      failure ??= error;
      interrupt?.(error);
      return phase === "read";
    },
  };
}
