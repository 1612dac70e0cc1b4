import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { crc32c } from "./crc32c.js";
import { startCrc64Nvme } from "./crc64nvme.js";

/** The additional checksums that S3 took before 2026; the name as it stands in `x-amz-checksum-algorithm`. */
export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

/** How an object of several parts is summed up: over all its bytes, or over the parts' checksums. */
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

/** Bytes of a checksum. */
export const checksumSizes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** All of them. */
export const checksumAlgorithms = Object.keys(checksumSizes) as readonly ChecksumAlgorithm[];

/** A checksum as it stands in a request or an answer. `value`: Base64. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

/** A sum over bytes that come in pieces. `digest` is called once, at the end. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** Begins a sum. `"MD5"` is for entity tags and `Content-MD5`. */
export function startDigest(algorithm: ChecksumAlgorithm | "MD5"): RunningDigest {
  switch (algorithm) {
    case "CRC32":
      return startCrc32((bytes, crc) => crc32(bytes, crc));
    case "CRC32C":
      return startCrc32(crc32c);
    case "CRC64NVME": {
      const crc = startCrc64Nvme();
      const digest = (): Buffer => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64BE(crc.value());
        return bytes;
      };
      return { update: (bytes) => crc.update(bytes), digest };
    }
    case "MD5":
    case "SHA1":
    case "SHA256": {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    }
  }
}

function startCrc32(step: (bytes: Uint8Array, crc: number) => number): RunningDigest {
  let crc = 0;
  const digest = (): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc);
    return bytes;
  };
  return { update: (bytes) => void (crc = step(bytes, crc)), digest };
}
