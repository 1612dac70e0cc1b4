import { createHash } from "node:crypto";
import { startDigest } from "../checksum/algorithm.js";
import type { Checksum, ChecksumAlgorithm, ChecksumType } from "../checksum/algorithm.js";
import { combineCrc } from "../checksum/combine-crc.js";
import type { OpenUpload, StoredPart } from "../state/bucket.js";

/** Checksum of the object made of these parts; `null` where its parts have none. */
export function wholeChecksum(
  upload: OpenUpload,
  parts: readonly StoredPart[],
): (Checksum & { readonly type: ChecksumType }) | null {
  const sums = parts.map((part) => part.checksum);
  const algorithm = sums[0]?.algorithm;
  if (algorithm === undefined || sums.includes(null)) return null;
  const bytes = sums.map((sum) => Buffer.from(sum?.value ?? "", "base64"));
  if (upload.type === "COMPOSITE") {
    const digest = startDigest(algorithm);
    digest.update(Buffer.concat(bytes));
    return { algorithm, value: `${digest.digest().toString("base64")}-${parts.length}`, type: "COMPOSITE" };
  }
  const crc = crcOf(algorithm);
  const first: Buffer = bytes[0] ?? Buffer.alloc(0);
  const whole = bytes
    .slice(1)
    .reduce((sum, next, at) => combineCrc(crc, sum, next, parts[at + 1]?.content.size ?? 0), first);
  return { algorithm, value: whole.toString("base64"), type: "FULL_OBJECT" };
}

/** MD5 of the parts' MD5s, and how many they are. */
export function multipartEtag(parts: readonly StoredPart[]): string {
  const hash = createHash("md5");
  for (const part of parts) hash.update(Buffer.from(part.etag.replaceAll('"', ""), "hex"));
  return `"${hash.digest("hex")}-${parts.length}"`;
}

function crcOf(algorithm: ChecksumAlgorithm): "CRC32" | "CRC32C" | "CRC64NVME" {
  if (algorithm === "SHA1" || algorithm === "SHA256") throw new TypeError(`${algorithm} cannot be combined`);
  return algorithm;
}
