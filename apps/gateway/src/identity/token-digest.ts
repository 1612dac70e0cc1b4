import { createHash } from "node:crypto";

/** SHA-256 of a token: what is stored, compared and looked up, so that neither a leak nor the time of a comparison tells one. */
export function tokenDigest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
