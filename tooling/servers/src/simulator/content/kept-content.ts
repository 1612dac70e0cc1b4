import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { Content } from "./content.js";

const readSize = 256 * 1024;

/** Bytes in memory. */
export function memoryContent(bytes: Buffer): Content {
  return {
    size: bytes.byteLength,
    read: async function* (start, end) {
      if (end > start) yield bytes.subarray(start, end);
    },
    release: async () => {},
  };
}

/** Bytes of a file, which goes with them. */
export function fileContent(path: string, size: number): Content {
  return {
    size,
    read: async function* (start, end) {
      if (end > start) yield* createReadStream(path, { start, end: end - 1, highWaterMark: readSize });
    },
    release: () => rm(path, { force: true }),
  };
}

/** Several contents as one, which are its own from now on. */
export function joinedContent(pieces: readonly Content[]): Content {
  let readers = 0;
  let isReleased = false;
  const settle = async (): Promise<void> => {
    if (isReleased && readers === 0) await Promise.all(pieces.map((piece) => piece.release()));
  };
  return {
    size: pieces.reduce((sum, piece) => sum + piece.size, 0),
    read: async function* (start, end) {
      readers += 1;
      try {
        let from = 0;
        for (const piece of pieces) {
          const [first, last] = [Math.max(start - from, 0), Math.min(end - from, piece.size)];
          if (first < last) yield* piece.read(first, last);
          from += piece.size;
        }
      } finally {
        readers -= 1;
        await settle();
      }
    },
    release: async () => {
      isReleased = true;
      await settle();
    },
  };
}
