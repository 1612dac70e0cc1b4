import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ChecksumAlgorithm } from "../src/bytes.js";
import { portableDigest } from "../src/checksum/digest.js";
import { nativeDigest } from "../src/node/native-digest.js";
import type { Digest } from "../src/runtime.js";

const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 });

function valueOf(digest: Digest, given: readonly Uint8Array[]): string {
  for (const piece of given) digest.update(piece);
  return digest.value();
}

test.each(["crc32", "crc32c", "crc64nvme"] as const)("%s: native and portable agree", (algorithm) => {
  fc.assert(
    fc.property(pieces, (given) => {
      expect(valueOf(nativeDigest(algorithm), given)).toBe(valueOf(portableDigest(algorithm), given));
    }),
  );
});

test.each(["md5", "sha1", "sha256", "sha512"] as const)("%s is that of OpenSSL over all pieces", (algorithm) => {
  fc.assert(
    fc.property(pieces, (given) => {
      const whole = createHash(algorithm).update(Buffer.concat(given)).digest("base64");
      expect(valueOf(nativeDigest(algorithm), given)).toBe(whole);
    }),
  );
});

test("a value may be asked for twice, and in the middle", () => {
  const all: readonly ChecksumAlgorithm[] = ["crc32", "crc32c", "crc64nvme", "md5", "sha1", "sha256", "sha512"];
  for (const algorithm of all) {
    const digest = nativeDigest(algorithm);
    digest.update(Uint8Array.of(1));
    expect(digest.value()).toBe(digest.value());
    digest.update(Uint8Array.of(2));
    expect(digest.value()).toBe(valueOf(nativeDigest(algorithm), [Uint8Array.of(1, 2)]));
  }
});
