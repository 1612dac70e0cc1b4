import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { crc32 as native } from "node:zlib";
import { combine, crcText } from "../src/checksum/combine.js";
import { crc32 } from "../src/checksum/crc32.js";

test("CRC-32 is zlib's, in one go or in pieces, wherever in a buffer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), fc.nat(300), (bytes, skip, cut) => {
      const shifted = new Uint8Array([...new Uint8Array(skip), ...bytes]).subarray(skip);
      expect(crc32(shifted, 0)).toBe(native(bytes));
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut), 0))).toBe(native(bytes));
    }),
  );
});

test("CRCs combine to that of the whole", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
      expect(combine(crc32(a, 0), crc32(b, 0), b.length)).toBe(native(Buffer.concat([a, b])));
    }),
  );
  const zeros = Buffer.alloc(5 * 1024 * 1024);
  const far = combine(native("x"), native(zeros), zeros.length);
  expect(far).toBe(native(Buffer.concat([Buffer.from("x"), zeros])));
});

test("a CRC is told as four bytes, the most significant first", () => {
  expect(crcText(0xcbf43926)).toBe(Buffer.from([0xcb, 0xf4, 0x39, 0x26]).toString("base64"));
  expect(crcText(0)).toBe("AAAAAA==");
});
