import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { crcFromBase64, crcToBase64 } from "../src/checksum/base64.js";
import { combineChecksums, combineCrc32 } from "../src/checksum/combine.js";
import { crc32, crc32c } from "../src/checksum/crc.js";
import { crc64nvme, emptyCrc64 } from "../src/checksum/crc64.js";
import { portableDigest } from "../src/checksum/digest.js";

const check = new TextEncoder().encode("123456789");
const anyBytes = fc.uint8Array({ maxLength: 300 });

/** One bit at a time, as the definition says. */
function slowCrc(bytes: Uint8Array, polynomial: bigint, width: bigint): bigint {
  const ones = (1n << width) - 1n;
  let crc = ones;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return crc ^ ones;
}

function hex64(crc: { readonly high: number; readonly low: number }): bigint {
  return (BigInt(crc.high) << 32n) | BigInt(crc.low);
}

describe("portable CRCs", () => {
  test("have the catalogue's check values", () => {
    expect(crc32.update(0, check)).toBe(0xcbf43926);
    expect(crc32c.update(0, check)).toBe(0xe3069283);
    expect(hex64(crc64nvme(emptyCrc64, check))).toBe(0xae8b14860a799888n);
  });

  test("equal the definition on any bytes", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(crc32.update(0, bytes)).toBe(zlibCrc32(bytes));
        expect(BigInt(crc32c.update(0, bytes))).toBe(slowCrc(bytes, 0x82f63b78n, 32n));
        expect(hex64(crc64nvme(emptyCrc64, bytes))).toBe(slowCrc(bytes, 0x9a6c9329ac4bc9b5n, 64n));
      }),
    );
  });

  test("go on where they stopped", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (first, second) => {
        const whole = Uint8Array.of(...first, ...second);
        expect(crc32.update(crc32.update(0, first), second)).toBe(crc32.update(0, whole));
        expect(crc32c.update(crc32c.update(0, first), second)).toBe(crc32c.update(0, whole));
        expect(crc64nvme(crc64nvme(emptyCrc64, first), second)).toEqual(crc64nvme(emptyCrc64, whole));
      }),
    );
  });

  test("are base64 of their bytes, most significant first", () => {
    const digest = portableDigest("crc64nvme");
    digest.update(check);
    expect(Buffer.from(digest.value(), "base64").toString("hex")).toBe("ae8b14860a799888");
    fc.assert(fc.property(fc.nat(0xffffffff), (crc) => expect(crcFromBase64(crcToBase64(crc))).toBe(crc)));
  });

  test("refuse what is no CRC", () => {
    expect(() => portableDigest("sha256")).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});

describe("combining", () => {
  test("two halves make the whole", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (first, second) => {
        const combined = combineCrc32(zlibCrc32(first), zlibCrc32(second), second.length);
        expect(combined).toBe(zlibCrc32(Uint8Array.of(...first, ...second)));
      }),
    );
  });

  test("any number of parts make the whole", () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 8 }), (pieces) => {
        const parts = pieces.map((piece) => ({
          size: piece.length,
          checksum: { algorithm: "crc32", value: crcToBase64(zlibCrc32(piece)) } as const,
        }));
        expect(combineChecksums(parts)?.value).toBe(crcToBase64(zlibCrc32(Buffer.concat(pieces))));
      }),
    );
  });

  test("a length beyond 32 bits: a TiB of zeros, by doubling", () => {
    const mebibyte = new Uint8Array(2 ** 20);
    let crc = zlibCrc32(mebibyte);
    for (let size = 2 ** 20; size < 2 ** 40; size *= 2) crc = combineCrc32(crc, crc, size);
    const half = combineCrc32(crc, zlibCrc32(check), check.length);
    expect(combineCrc32(crc, half, 2 ** 40 + 9)).toBe(
      combineCrc32(combineCrc32(crc, crc, 2 ** 40), zlibCrc32(check), check.length),
    );
  });

  test("a part without CRC-32 leaves nothing to say", () => {
    expect(combineChecksums([{ size: 1 }])).toBeNull();
  });
});
