import { checkPath } from "@stowage/core/catalog";
import { badRequest } from "./bad-request.js";

/** Of a whole path, in UTF-16 units. */
const longestPath = 4096;

/**
 * The catalog's path of a content path as it stands in a URL: percent-encoded as a whole (`App%2Fa.bin`), in parts, or
 * not at all; `/` and `\` both separate names. `null` is the root.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for what does not decode, `NAME_REFUSED` for what leads out of the root
 */
export function contentPath(encoded: string | null): string {
  if (encoded === null) return "/";
  const names = decode(encoded).replaceAll("\\", "/");
  const path = `/${names.replace(/^\//, "").replace(/\/$/, "")}`;
  if (path.length > longestPath) throw badRequest(`path: over ${longestPath} characters`);
  checkPath(path);
  return path;
}

/** A catalog's path as answers have it: relative, with backslashes. */
export function storeRelativePath(path: string): string {
  return path.slice(1).replaceAll("/", "\\");
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw badRequest("path: not percent-encoded UTF-8");
  }
}
