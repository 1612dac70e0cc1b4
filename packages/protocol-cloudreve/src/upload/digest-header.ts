import type { Checksum, ChecksumAlgorithm } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import { badRequest } from "../wire/bad-request.js";

interface Algorithm {
  readonly algorithm: ChecksumAlgorithm;
  /** Bytes of the digest. */
  readonly length: number;
}

/** Registry of RFC 9530; the strongest first. */
const digestNames: Readonly<Record<string, Algorithm>> = {
  "sha-512": { algorithm: "sha512", length: 64 },
  "sha-256": { algorithm: "sha256", length: 32 },
  sha: { algorithm: "sha1", length: 20 },
  md5: { algorithm: "md5", length: 16 },
  crc32c: { algorithm: "crc32c", length: 4 },
};
/** As the checksum extension of tus names them. */
const tusNames: Readonly<Record<string, Algorithm>> = {
  sha512: { algorithm: "sha512", length: 64 },
  sha256: { algorithm: "sha256", length: 32 },
  sha1: { algorithm: "sha1", length: 20 },
  md5: { algorithm: "md5", length: 16 },
  crc32: { algorithm: "crc32", length: 4 },
  crc32c: { algorithm: "crc32c", length: 4 },
};
/** One member of a structured field dictionary (RFC 9651) whose value is a byte sequence; parameters are allowed. */
const member = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):((?:;[ ]*[a-z*][a-z0-9_.*-]*(?:=[^;,\s]+)?)*)$/;

/**
 * The digest that a client may send with its bytes: `Content-Digest` (RFC 9530) or `Upload-Checksum` (as in tus).
 * `null`: none, or only algorithms of RFC 9530 that we do not know, which a receiver ignores.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a field that is malformed
 */
export function readDigest(exchange: Pick<HttpExchange, "header">): Checksum | null {
  const contentDigest = exchange.header("content-digest");
  if (contentDigest !== undefined) return parseContentDigest(contentDigest);
  const uploadChecksum = exchange.header("upload-checksum");
  return uploadChecksum === undefined ? null : parseUploadChecksum(uploadChecksum);
}

/** The strongest known digest of a `Content-Digest` field. @throws {UploadError} `OPTIONS_INVALID` */
export function parseContentDigest(field: string): Checksum | null {
  const found = new Map<string, string>();
  for (const text of field.split(",")) {
    const match = member.exec(text.trim());
    if (match === null) throw badRequest("content-digest: not a dictionary of byte sequences");
    found.set(match[1] ?? "", match[2] ?? "");
  }
  for (const [name, algorithm] of Object.entries(digestNames)) {
    const value = found.get(name);
    if (value !== undefined) return checksum("content-digest", algorithm, value);
  }
  return null;
}

/** An `Upload-Checksum` field: algorithm, one space, base64. @throws {UploadError} `OPTIONS_INVALID` */
export function parseUploadChecksum(field: string): Checksum {
  const [name = "", value = "", ...rest] = field.trim().split(" ");
  const algorithm = Object.hasOwn(tusNames, name) ? tusNames[name] : undefined;
  if (algorithm === undefined || rest.length > 0) {
    throw badRequest(`upload-checksum: one of ${Object.keys(tusNames).join(", ")}, a space and base64`);
  }
  return checksum("upload-checksum", algorithm, value);
}

/** Digests are compared as text, so the base64 is brought into its one right spelling. */
function checksum(field: string, { algorithm, length }: Algorithm, value: string): Checksum {
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    const bare = value.replaceAll("=", "");
    const decoded = bare.length % 4 === 1 ? "" : atob(bare);
    if (decoded.length === length) return { algorithm, value: btoa(decoded) };
  }
  throw badRequest(`${field}: ${algorithm} has ${length} bytes in base64`);
}
