import type { ByteSource, Checksum, Runtime } from "@stowage/core";

/** A body, and the promise of its digest. */
export interface WholeBody {
  readonly body: ByteSource;
  /** Never settles where the body breaks off. */
  readonly checksum: Promise<Checksum>;
}

/**
 * Makes the engine keep all of a body or nothing: it does so where a digest is to come, and this one is what the body
 * comes to.
 */
export function wholeBody(source: ByteSource, digest: Runtime["digest"]): WholeBody {
  const crc = digest("crc32");
  let tell: (checksum: Checksum) => void = () => {};
  const checksum = new Promise<Checksum>((resolve) => (tell = resolve));
  const iterate = (): AsyncIterator<Uint8Array> => {
    const iterator = source.stream()[Symbol.asyncIterator]();
    return {
      next: async () => {
        const result = await iterator.next();
        if (result.done === true) tell({ algorithm: "crc32", value: crc.value() });
        else crc.update(result.value);
        return result;
      },
      return: async () => {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    };
  };
  return {
    body: { size: source.size, oneShot: true, stream: () => ({ [Symbol.asyncIterator]: iterate }) },
    checksum,
  };
}
