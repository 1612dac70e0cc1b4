import { createCipheriv, createHash } from "node:crypto";

/** A file of random bytes that takes no space: any range of it is made when it is wanted, always the same. */
export interface SourceFile {
  readonly size: number;
  /** `start` is a multiple of 16. */
  read(start: number, end: number): Buffer;
  /** Hexadecimal. */
  sha256(): string;
}

const blockSize = 16;
const stepSize = 4 * 1024 * 1024;

/** The key stream of AES in counter mode: a range begins at its own counter, and a seed makes a failure come again. */
export function sourceFile(seed: string, size: number): SourceFile {
  const key = createHash("sha256").update(seed).digest().subarray(0, blockSize);
  const read = (start: number, end: number): Buffer => {
    if (start % blockSize !== 0) throw new RangeError(`${start} is not a multiple of ${blockSize}`);
    const counter = Buffer.alloc(blockSize);
    counter.writeBigUInt64BE(BigInt(start / blockSize), blockSize - 8);
    return createCipheriv("aes-128-ctr", key, counter).update(Buffer.alloc(Math.min(end, size) - start));
  };
  return {
    size,
    read,
    sha256: () => {
      const hash = createHash("sha256");
      for (let start = 0; start < size; start += stepSize) hash.update(read(start, start + stepSize));
      return hash.digest("hex");
    },
  };
}
