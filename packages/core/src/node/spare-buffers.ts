/** Buffers whose bytes have been acknowledged, kept for the next chunk of their size. */
export interface SpareBuffers {
  /** Its old content is still in it. */
  take(size: number): Uint8Array;
  /** Nobody may read it any more. */
  give(buffer: Uint8Array): void;
}

/**
 * A new buffer for each part is megabytes of garbage, which costs more time than sending them. Chunks of one policy have
 * one size but for the last, so one size is kept, of at most `most` bytes in all.
 */
export function spareBuffers(most: number): SpareBuffers {
  let spares: Uint8Array[] = [];
  return {
    take: (size) => {
      const fits = spares[0]?.byteLength === size;
      // Pages that no byte has come for take no memory yet.
      return (fits ? spares.pop() : undefined) ?? Buffer.allocUnsafeSlow(size);
    },
    give: (buffer) => {
      const size = spares[0]?.byteLength ?? 0;
      // A file's last chunk is smaller than the others, and no reason to let those go.
      if (size > 0 && buffer.byteLength < size) return;
      if (buffer.byteLength > size) spares = [];
      if ((spares.length + 1) * buffer.byteLength <= most) spares.push(buffer);
    },
  };
}
