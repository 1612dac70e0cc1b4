import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ChecksumAlgorithm } from "../bytes.js";
import { crcDigest, portableDigest } from "../checksum/digest.js";
import type { Digest } from "../runtime.js";

/** Digests by Node's own zlib and OpenSSL; CRC-32C and CRC-64/NVME, which Node has not, in portable code. */
export function nativeDigest(algorithm: ChecksumAlgorithm): Digest {
  switch (algorithm) {
    case "crc32":
      return crcDigest({ update: (crc, bytes) => crc32(bytes, crc) });
    case "crc32c":
    case "crc64nvme":
      return portableDigest(algorithm);
    case "md5":
    case "sha1":
    case "sha256":
    case "sha512":
      return hashDigest(algorithm);
  }
}

function hashDigest(algorithm: "md5" | "sha1" | "sha256" | "sha512"): Digest {
  const hash = createHash(algorithm);
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    // A copy, so that the value may be asked for in the middle and twice, as with the CRCs.
    value: () => hash.copy().digest("base64"),
  };
}
