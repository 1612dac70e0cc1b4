const polynomial = 0x9a6c9329ac4bc9b5n;

/** At byte·8 + n the high (or low) half of that byte's remainder, with n zero bytes after it. */
const highs = new Int32Array(8 * 256);
const lows = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte);
  for (let zeros = 0; zeros < 8; zeros++) {
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    highs[byte * 8 + zeros] = Number(BigInt.asIntN(32, crc >> 32n));
    lows[byte * 8 + zeros] = Number(BigInt.asIntN(32, crc));
  }
}

/** A running CRC-64/NVME. Of "123456789": 0xae8b14860a799888. */
export function startCrc64Nvme(): { update(bytes: Uint8Array): void; value(): bigint } {
  let high = -1;
  let low = -1;
  return {
    update: (bytes) => {
      let [h, l, at] = [high, low, 0];
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (; at + 8 <= bytes.length; at += 8) {
        const near = l ^ view.getInt32(at, true);
        const far = h ^ view.getInt32(at + 4, true);
        const [a, b, c, d] = [
          (near & 255) * 8 + 7,
          ((near >>> 8) & 255) * 8 + 6,
          ((near >>> 16) & 255) * 8 + 5,
          (near >>> 24) * 8 + 4,
        ];
        const [e, f, g, i] = [
          (far & 255) * 8 + 3,
          ((far >>> 8) & 255) * 8 + 2,
          ((far >>> 16) & 255) * 8 + 1,
          (far >>> 24) * 8,
        ];
        h =
          at8(highs, a) ^
          at8(highs, b) ^
          at8(highs, c) ^
          at8(highs, d) ^
          at8(highs, e) ^
          at8(highs, f) ^
          at8(highs, g) ^
          at8(highs, i);
        l =
          at8(lows, a) ^
          at8(lows, b) ^
          at8(lows, c) ^
          at8(lows, d) ^
          at8(lows, e) ^
          at8(lows, f) ^
          at8(lows, g) ^
          at8(lows, i);
      }
      for (; at < bytes.length; at++) {
        const entry = ((l ^ (bytes[at] as number)) & 255) * 8;
        l = ((l >>> 8) | (h << 24)) ^ at8(lows, entry);
        h = (h >>> 8) ^ at8(highs, entry);
      }
      [high, low] = [h, l];
    },
    value: () => BigInt.asUintN(64, (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0)),
  };
}

function at8(table: Int32Array, index: number): number {
  return table[index] as number;
}
