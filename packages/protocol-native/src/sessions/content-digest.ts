import type { Checksum, ChecksumAlgorithm } from "@stowage/core";
import { badRequest } from "../wire/bad-request.js";
import { digestLengths, isDigest } from "../wire/schemas.js";

/** Names of the registry for digest fields (RFC 9530, section 5) that the engine has; the strongest first. */
const known: readonly (readonly [name: string, algorithm: ChecksumAlgorithm])[] = [
  ["sha-512", "sha512"],
  ["sha-256", "sha256"],
  ["sha", "sha1"],
  ["md5", "md5"],
  ["crc32c", "crc32c"],
];
/** One member of a structured dictionary (RFC 9651) whose value is a byte sequence, without parameters. */
const member = /^[ \t]*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):[ \t]*$/;

/**
 * The strongest digest of a `Content-Digest` field that we know. `null`: no field, or only algorithms that we do not
 * know, which a receiver ignores.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a field that is malformed
 */
export function readContentDigest(field: string | undefined): Checksum | null {
  if (field === undefined) return null;
  const found = new Map<string, string>();
  for (const text of field.split(",")) {
    const match = member.exec(text);
    if (match === null) throw badRequest("content-digest: not a dictionary of byte sequences");
    found.set(match[1] ?? "", match[2] ?? "");
  }
  for (const [name, algorithm] of known) {
    const value = found.get(name);
    if (value === undefined) continue;
    const length = digestLengths[algorithm];
    if (!isDigest(value, length)) throw badRequest(`content-digest: ${name} has ${length} bytes in base64`);
    return { algorithm, value };
  }
  return null;
}
