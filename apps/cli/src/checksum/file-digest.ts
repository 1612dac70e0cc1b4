import { createReadStream } from "node:fs";
import type { ChecksumAlgorithm } from "@stowage/core";
import { nativeDigest } from "@stowage/core/node";

/** A checksum as the server tells it; `value` is base64. */
export interface ToldChecksum {
  readonly algorithm: string;
  readonly value: string;
}

const known: readonly ChecksumAlgorithm[] = ["crc32", "crc32c", "crc64nvme", "md5", "sha1", "sha256", "sha512"];

/**
 * Whether a file has a checksum; reads it. `null`: the server told none, or one of an algorithm that is not known here. Rejects
 * with Node's error.
 */
export async function fileHasChecksum(path: string, told: ToldChecksum | undefined): Promise<boolean | null> {
  const algorithm = known.find((name) => name === told?.algorithm);
  if (algorithm === undefined) return null;
  const digest = nativeDigest(algorithm);
  for await (const piece of createReadStream(path, { highWaterMark: 1_048_576 })) digest.update(piece as Buffer);
  return digest.value() === told?.value;
}
