/** State of a CRC of 64 bits, as two halves of 32: JavaScript's integers end at 53. */
export interface Crc64 {
  readonly high: number;
  readonly low: number;
}

/** What an empty string of bytes has; the state to start with. */
export const emptyCrc64: Crc64 = { high: 0, low: 0 };

/** Reflected form of the polynomial 0xad93d23594c93659 (NVM Command Set Specification 1.0d, section 5.2.1.3.4). */
const polynomial = { high: 0x9a6c9329, low: 0xac4bc9b5 };

/** Table n holds, at 2·byte and 2·byte + 1, the high and low half of a byte followed by n zero bytes. */
let tables: readonly Uint32Array[] | undefined;

/**
 * CRC-64/NVME (S3's `x-amz-checksum-crc64nvme`), eight bytes a step. No platform has it natively. Continues from
 * `crc`; its check value ("123456789") is 0xae8b14860a799888.
 */
export function crc64nvme(crc: Crc64, bytes: Uint8Array): Crc64 {
  const all = (tables ??= makeTables());
  const first = all[0] as Uint32Array;
  let high = ~crc.high;
  let low = ~crc.low;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const near = low ^ word(bytes, at);
    const far = high ^ word(bytes, at + 4);
    high = 0;
    low = 0;
    for (let index = 0; index < 8; index++) {
      const table = all[7 - index] as Uint32Array;
      const entry = ((index < 4 ? near >>> (8 * index) : far >>> (8 * index - 32)) & 255) * 2;
      high ^= table[entry] as number;
      low ^= table[entry + 1] as number;
    }
  }
  for (; at < bytes.length; at++) {
    const entry = ((low ^ (bytes[at] as number)) & 255) * 2;
    low = ((low >>> 8) | (high << 24)) ^ (first[entry + 1] as number);
    high = (high >>> 8) ^ (first[entry] as number);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function makeTables(): readonly Uint32Array[] {
  const made = Array.from({ length: 8 }, () => new Uint32Array(512));
  for (let byte = 0; byte < 256; byte++) {
    let crc: Crc64 = { high: 0, low: byte };
    for (const table of made) {
      crc = afterZeroByte(crc);
      table[2 * byte] = crc.high;
      table[2 * byte + 1] = crc.low;
    }
  }
  return made;
}

function afterZeroByte(crc: Crc64): Crc64 {
  let { high, low } = crc;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (carry === 1) {
      low ^= polynomial.low;
      high ^= polynomial.high;
    }
  }
  return { high: high >>> 0, low: low >>> 0 };
}
