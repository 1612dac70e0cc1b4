/**
 * Reflected CRC-32 in portable code: eight bytes a step (slicing-by-8). Node programs get zlib's instead, by
 * `nodeRuntime()`.
 */
export interface Crc {
  /** Continues from `crc`; start with 0. */
  update(crc: number, bytes: Uint8Array): number;
}

/** IEEE 802.3 polynomial, as in zlib and gzip. */
export const crc32 = makeCrc(0xedb88320);
/** Castagnoli polynomial (RFC 3720 appendix B.4). */
export const crc32c = makeCrc(0x82f63b78);

function makeCrc(polynomial: number): Crc {
  let tables: readonly Uint32Array[] | undefined;
  return { update: (crc, bytes) => slice8((tables ??= makeTables(polynomial)), crc, bytes) };
}

function makeTables(polynomial: number): readonly Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    for (const table of tables) {
      table[byte] = crc;
      // The next table is this byte followed by one more zero byte; the first table is complete only for bytes below.
      crc = nextZero(polynomial, crc >>> 0);
    }
  }
  return tables;
}

function nextZero(polynomial: number, crc: number): number {
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc >>> 0;
}

function slice8(tables: readonly Uint32Array[], initial: number, bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as readonly [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = ~initial;
  let at = 0;
  const at8 = (table: Uint32Array, index: number): number => table[index & 255] as number;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low =
      crc ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24));
    crc =
      at8(t7, low) ^
      at8(t6, low >>> 8) ^
      at8(t5, low >>> 16) ^
      at8(t4, low >>> 24) ^
      at8(t3, bytes[at + 4] as number) ^
      at8(t2, bytes[at + 5] as number) ^
      at8(t1, bytes[at + 6] as number) ^
      at8(t0, bytes[at + 7] as number);
  }
  for (; at < bytes.length; at++) crc = at8(t0, crc ^ (bytes[at] as number)) ^ (crc >>> 8);
  return ~crc >>> 0;
}
