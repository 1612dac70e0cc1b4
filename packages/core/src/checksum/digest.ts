import type { ChecksumAlgorithm } from "../bytes.js";
import { UploadError } from "../errors.js";
import type { Digest } from "../runtime.js";
import { crcToBase64 } from "./base64.js";
import { type Crc, crc32, crc32c } from "./crc.js";

/**
 * Digests in portable code, for platforms without native ones: CRC-32 and CRC-32C only.
 *
 * @throws {UploadError} `UNSUPPORTED` for the others; inject `nodeRuntime().digest` for those
 */
export function portableDigest(algorithm: ChecksumAlgorithm): Digest {
  if (algorithm === "crc32") return crcDigest(crc32);
  if (algorithm === "crc32c") return crcDigest(crc32c);
  throw new UploadError("UNSUPPORTED", `digest ${algorithm} is not in this runtime`, {
    driver: "runtime",
    capability: algorithm,
  });
}

/** A `Digest` over any CRC of 32 bits. */
export function crcDigest(crc: Crc): Digest {
  let state = 0;
  return {
    update: (bytes) => {
      state = crc.update(state, bytes);
    },
    value: () => crcToBase64(state),
  };
}
