import { hash } from "node:crypto";
import { UploadError } from "@stowage/core";

const mostLength = 1024;
const mostSegments = 254;

/**
 * Whether the service and every HTTP client take it for the same name: at most 1,024 characters in 254 segments, none of
 * them empty or ending with a dot (which the service cuts off, and URLs resolve away), no backslash (a slash to some
 * clients), no control characters and no half surrogates.
 */
export function isKey(key: string): boolean {
  if (/[\p{Cc}\p{Cs}\\]/u.test(key) || key.length > mostLength) return false;
  const segments = key.split("/");
  return segments.length <= mostSegments && segments.every((segment) => segment !== "" && !segment.endsWith("."));
}

/** The blob's name of an object. @throws {UploadError} `NAME_REFUSED` */
export function blobName(prefix: string, key: string): string {
  const full = prefix + key;
  if (isKey(full)) return full;
  throw new UploadError("NAME_REFUSED", "a key that the service and URLs would not agree on", {
    name: key,
    rule: "azure-blob-name",
  });
}

/**
 * The blob that clients with a signed URL send their blocks to: such a URL lets its holder write all of the blob, so it must
 * never be the object's. A hash, so that no name is too long; under one folder, so that a lifecycle rule can name it.
 */
export function directName(prefix: string, key: string): string {
  return `${prefix}.stowage-direct/${hash("sha256", key, "hex")}`;
}
