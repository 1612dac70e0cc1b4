/** A CRC's polynomial without its highest term, highest coefficient first. */
const polynomials = {
  CRC32: { width: 32n, polynomial: 0x04c11db7n },
  CRC32C: { width: 32n, polynomial: 0x1edc6f41n },
  CRC64NVME: { width: 64n, polynomial: 0xad93d23594c93659n },
} as const;

type Crc = keyof typeof polynomials;

/** Of each width and length of bytes, as the parts of an upload are mostly of one size: x^(8·length) mod polynomial. */
const shifts = new Map<string, bigint>();

/**
 * CRC of two strings of bytes one after the other, from theirs and the length of the second. (All three begin with and are
 * inverted by all ones, which cancels out.)
 */
export function combineCrc(algorithm: Crc, first: Buffer, second: Buffer, secondSize: number): Buffer {
  const { width, polynomial } = polynomials[algorithm];
  const name = `${algorithm} ${secondSize}`;
  const shift = shifts.get(name) ?? power(8n * BigInt(secondSize), width, polynomial);
  shifts.set(name, shift);
  const moved = multiply(reverse(valueOf(first), width), shift, width, polynomial);
  const sum = reverse(moved, width) ^ valueOf(second);
  return Buffer.from(sum.toString(16).padStart(Number(width) / 4, "0"), "hex");
}

function valueOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}

/** x^exponent, by squaring. */
function power(exponent: bigint, width: bigint, polynomial: bigint): bigint {
  let result = 1n;
  let square = 2n;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(result, square, width, polynomial);
    square = multiply(square, square, width, polynomial);
  }
  return result;
}

/** Product of two polynomials over GF(2), modulo the CRC's. */
function multiply(one: bigint, two: bigint, width: bigint, polynomial: bigint): bigint {
  const top = 1n << (width - 1n);
  const mask = (1n << width) - 1n;
  let product = 0n;
  for (let bit = top; bit > 0n; bit >>= 1n) {
    product = product & top ? ((product << 1n) & mask) ^ polynomial : product << 1n;
    if (two & bit) product ^= one;
  }
  return product;
}

function reverse(value: bigint, width: bigint): bigint {
  const bits = value.toString(2).padStart(Number(width), "0");
  return BigInt(`0b${bits.split("").reverse().join("")}`);
}
