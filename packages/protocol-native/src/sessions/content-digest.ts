import type { Checksum } from "@stowage/core";
import { parseContentDigest } from "@stowage/core/http";
import { badRequest } from "../wire/bad-request.js";

/**
 * The digest that a client may send with a chunk. `null`: none, or none that we know.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a field that is malformed
 */
export function readContentDigest(field: string | undefined): Checksum | null {
  const digest = field === undefined ? null : parseContentDigest(field);
  if (digest === "malformed") throw badRequest("content-digest: a digest of its length in base64 for each algorithm");
  return digest;
}
