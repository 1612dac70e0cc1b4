import type { ChecksumAlgorithm } from "../bytes.js";
import { UploadError } from "../errors.js";
import type { Digest } from "../runtime.js";
import { crcToBase64, toBase64 } from "./base64.js";
import { type Crc, crc32, crc32c } from "./crc.js";
import { crc64nvme, emptyCrc64 } from "./crc64.js";

/**
 * Digests in portable code, for platforms without native ones: the three CRCs only.
 *
 * @throws {UploadError} `UNSUPPORTED` for the others; inject `nodeRuntime().digest` for those
 */
export function portableDigest(algorithm: ChecksumAlgorithm): Digest {
  if (algorithm === "crc32") return crcDigest(crc32);
  if (algorithm === "crc32c") return crcDigest(crc32c);
  if (algorithm === "crc64nvme") return crc64Digest();
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

function crc64Digest(): Digest {
  let state = emptyCrc64;
  return {
    update: (bytes) => {
      state = crc64nvme(state, bytes);
    },
    value: () => {
      const value = new DataView(new ArrayBuffer(8));
      value.setUint32(0, state.high);
      value.setUint32(4, state.low);
      return toBase64(new Uint8Array(value.buffer));
    },
  };
}
