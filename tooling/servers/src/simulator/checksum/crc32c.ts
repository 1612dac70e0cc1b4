/** Table n: a byte that n zero bytes follow. Polynomial 0x1EDC6F41, reflected (RFC 3720, appendix B.4). */
const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (const table of tables) {
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (-(crc & 1) & 0x82f63b78);
    table[byte] = crc;
  }
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

/** CRC-32C, going on from `crc` (0 at first). Of "123456789": 0xe3069283. */
export function crc32c(bytes: Uint8Array, crc: number): number {
  let state = ~crc;
  let at = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (; at + 8 <= bytes.length; at += 8) {
    const low = state ^ view.getUint32(at, true);
    const high = view.getUint32(at + 4, true);
    state =
      (t7[low & 255] as number) ^
      (t6[(low >>> 8) & 255] as number) ^
      (t5[(low >>> 16) & 255] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[high & 255] as number) ^
      (t2[(high >>> 8) & 255] as number) ^
      (t1[(high >>> 16) & 255] as number) ^
      (t0[high >>> 24] as number);
  }
  for (; at < bytes.length; at++) state = (state >>> 8) ^ (t0[(state ^ (bytes[at] as number)) & 255] as number);
  return ~state >>> 0;
}
