import type { Checksum, ChecksumAlgorithm } from "@stowage/core";
import { parseContentDigest, parseDigest } from "@stowage/core/http";
import type { HttpExchange } from "@stowage/core/http";
import { badRequest } from "../wire/bad-request.js";

interface Algorithm {
  readonly algorithm: ChecksumAlgorithm;
  /** Bytes of the digest. */
  readonly length: number;
}

/** As the checksum extension of tus names them. */
const tusNames: Readonly<Record<string, Algorithm>> = {
  sha512: { algorithm: "sha512", length: 64 },
  sha256: { algorithm: "sha256", length: 32 },
  sha1: { algorithm: "sha1", length: 20 },
  md5: { algorithm: "md5", length: 16 },
  crc32: { algorithm: "crc32", length: 4 },
  crc32c: { algorithm: "crc32c", length: 4 },
};
/**
 * The digest that a client may send with its bytes: `Content-Digest` (RFC 9530) or `Upload-Checksum` (as in tus).
 * `null`: none, or only algorithms of RFC 9530 that we do not know, which a receiver ignores.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a field that is malformed
 */
export function readDigest(exchange: Pick<HttpExchange, "header">): Checksum | null {
  const contentDigest = exchange.header("content-digest");
  if (contentDigest !== undefined) {
    const digest = parseContentDigest(contentDigest);
    if (digest === "malformed") throw badRequest("content-digest: a digest of its length in base64 for each algorithm");
    return digest;
  }
  const uploadChecksum = exchange.header("upload-checksum");
  return uploadChecksum === undefined ? null : parseUploadChecksum(uploadChecksum);
}

/** An `Upload-Checksum` field: algorithm, one space, base64. @throws {UploadError} `OPTIONS_INVALID` */
export function parseUploadChecksum(field: string): Checksum {
  const [name = "", value = "", ...rest] = field.trim().split(" ");
  const algorithm = Object.hasOwn(tusNames, name) ? tusNames[name] : undefined;
  if (algorithm === undefined || rest.length > 0) {
    throw badRequest(`upload-checksum: one of ${Object.keys(tusNames).join(", ")}, a space and base64`);
  }
  const digest = parseDigest(value, algorithm.length);
  if (digest === null) throw badRequest(`upload-checksum: ${name} has ${algorithm.length} bytes in base64`);
  return { algorithm: algorithm.algorithm, value: digest };
}
