/** Bytes that are written anywhere, in any order; what nobody wrote is zero. */
export interface PositionalBuffer {
  write(bytes: Uint8Array, offset: number): void;
  /** The first `size` bytes, in memory of their own. */
  prefix(size: number): Uint8Array;
  copy(): PositionalBuffer;
}

/** Empty, or with these bytes, which it takes over. */
export function positionalBuffer(initial: Uint8Array = new Uint8Array(0)): PositionalBuffer {
  let memory = initial;
  const grow = (size: number): void => {
    if (size <= memory.byteLength) return;
    // Doubling, so that n writes copy O(n) bytes.
    const larger = new Uint8Array(Math.max(size, memory.byteLength * 2));
    larger.set(memory);
    memory = larger;
  };
  const prefix = (size: number): Uint8Array => {
    grow(size);
    return memory.slice(0, size);
  };
  return {
    write: (bytes, offset) => {
      grow(offset + bytes.byteLength);
      memory.set(bytes, offset);
    },
    prefix,
    copy: () => positionalBuffer(memory.slice()),
  };
}
