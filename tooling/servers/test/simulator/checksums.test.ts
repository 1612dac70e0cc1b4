import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { startDigest } from "../../src/simulator/checksum/algorithm.js";
import type { ChecksumAlgorithm } from "../../src/simulator/checksum/algorithm.js";
import { combineCrc } from "../../src/simulator/checksum/combine-crc.js";

function digest(algorithm: ChecksumAlgorithm, ...pieces: readonly Uint8Array[]): Buffer {
  const running = startDigest(algorithm);
  for (const piece of pieces) running.update(piece);
  return running.digest();
}

const crcs = ["CRC32", "CRC32C", "CRC64NVME"] as const;

/** The check values of the catalogue of CRCs, of "123456789". */
test.each([
  ["CRC32", "cbf43926"],
  ["CRC32C", "e3069283"],
  ["CRC64NVME", "ae8b14860a799888"],
] as const)("%s has its published check value", (algorithm, value) => {
  expect(digest(algorithm, Buffer.from("123456789")).toString("hex")).toBe(value);
});

test.each(crcs)("%s: the same in pieces, and combined from them", (algorithm) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (one, two) => {
      const whole = digest(algorithm, Buffer.concat([one, two]));
      expect(digest(algorithm, one, two).equals(whole)).toBe(true);
      expect(combineCrc(algorithm, digest(algorithm, one), digest(algorithm, two), two.byteLength).equals(whole)).toBe(
        true,
      );
    }),
  );
});

test("CRC-32C of eight bytes a step is that of one bit a step", () => {
  const slow = (bytes: Uint8Array): number => {
    let crc = ~0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (-(crc & 1) & 0x82f63b78);
    }
    return ~crc >>> 0;
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      expect(digest("CRC32C", bytes).readUInt32BE()).toBe(slow(bytes));
    }),
  );
});
