/** At 256·n + byte: that byte followed by n zero bytes. */
let table: Uint32Array | undefined;

/** CRC-32 as in zlib, eight bytes a step. Continues from `crc`; start with 0. */
export function crc32(bytes: Uint8Array, crc: number): number {
  const known = (table ??= makeTable());
  const at8 = (zeros: number, byte: number): number => known[256 * zeros + (byte & 255)] as number;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let state = ~crc;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = state ^ view.getUint32(at, true);
    const high = view.getUint32(at + 4, true);
    state =
      at8(7, low) ^
      at8(6, low >>> 8) ^
      at8(5, low >>> 16) ^
      at8(4, low >>> 24) ^
      at8(3, high) ^
      at8(2, high >>> 8) ^
      at8(1, high >>> 16) ^
      at8(0, high >>> 24);
  }
  for (; at < bytes.length; at += 1) state = at8(0, state ^ (bytes[at] as number)) ^ (state >>> 8);
  return ~state >>> 0;
}

function makeTable(): Uint32Array {
  const made = new Uint32Array(2048);
  for (let index = 0; index < 2048; index += 1) {
    let crc = index < 256 ? index : (made[index - 256] as number);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    made[index] = crc;
  }
  return made;
}
