import type { Checksum, ChecksumAlgorithm } from "../bytes.js";

/** The registry of RFC 9530, section 5, as far as the engine has it, with bytes of each digest; the strongest first. */
const algorithms: readonly (readonly [name: string, algorithm: ChecksumAlgorithm, length: number])[] = [
  ["sha-512", "sha512", 64],
  ["sha-256", "sha256", 32],
  ["sha", "sha1", 20],
  ["md5", "md5", 16],
  ["crc32c", "crc32c", 4],
];
/** One member of a structured dictionary (RFC 9651) whose value is a byte sequence; parameters are allowed. */
const member = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):((?:;[ ]*[a-z*][a-z0-9_.*-]*(?:=[^;,\s]+)?)*)$/;

/**
 * The strongest digest of a `Content-Digest` field that we know (RFC 9530, section 2). `null`: only algorithms that we do
 * not know, which a receiver ignores. `"malformed"`: no dictionary of byte sequences, or a digest of another length.
 */
export function parseContentDigest(field: string): Checksum | "malformed" | null {
  const found = new Map<string, string>();
  for (const text of field.split(",")) {
    const match = member.exec(text.trim());
    if (match === null) return "malformed";
    found.set(match[1] ?? "", match[2] ?? "");
  }
  for (const [name, algorithm, length] of algorithms) {
    const value = found.get(name);
    if (value === undefined) continue;
    const digest = parseDigest(value, length);
    return digest === null ? "malformed" : { algorithm, value: digest };
  }
  return null;
}

/**
 * The one right spelling of a digest in base64, because digests are compared as text. Padding may be left out.
 * `null`: not base64, or not so many bytes.
 */
export function parseDigest(value: string, length: number): string | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return null;
  const bare = value.replaceAll("=", "");
  const decoded = bare.length % 4 === 1 ? "" : atob(bare);
  return decoded.length === length ? btoa(decoded) : null;
}
