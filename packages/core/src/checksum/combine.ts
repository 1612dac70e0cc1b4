import type { Checksum } from "../bytes.js";
import { crcFromBase64, crcToBase64 } from "./base64.js";

const polynomial = 0xedb88320;

/** Product of two polynomials modulo the CRC's; bit 31 is the coefficient of x⁰ (reflected order). */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let mask = 0x80000000; mask !== 0; mask >>>= 1) {
    if (a & mask) product ^= b;
    b = b & 1 ? (b >>> 1) ^ polynomial : b >>> 1;
  }
  return product >>> 0;
}

/** x to the power of 8 · `bytes`: what appending that many zero bytes multiplies a CRC by. */
function shiftBy(bytes: number): number {
  let result = 0x80000000;
  let square = 0x00800000;
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}

/** CRC-32 of a string of bytes from the CRCs of its two halves and the length of the second. */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  // However far it is shifted, 0 stays 0: the first part of an object needs no shift.
  if (first === 0) return second;
  return (multiply(shiftBy(secondLength), first) ^ second) >>> 0;
}

/**
 * CRC-32 of a whole object from its parts, in order of offset and gapless. `null` where a part has no CRC-32.
 */
export function combineChecksums(
  parts: readonly { readonly size: number; readonly checksum?: Checksum }[],
): Checksum | null {
  let crc = 0;
  for (const { size, checksum } of parts) {
    if (checksum?.algorithm !== "crc32") return null;
    crc = combineCrc32(crc, crcFromBase64(checksum.value), size);
  }
  return { algorithm: "crc32", value: crcToBase64(crc) };
}
