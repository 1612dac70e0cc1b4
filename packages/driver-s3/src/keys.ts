import { hash } from "node:crypto";
import { UploadError } from "@stowage/core";

const mostBytes = 1024;

/**
 * Whether the store and every HTTP client take it for the same name: at most 1,024 bytes of UTF-8, no segment that URLs
 * resolve away (`.`, `..`), none that is empty, no control characters (which XML cannot list) and no half surrogates.
 */
export function isKey(key: string): boolean {
  if (/[\p{Cc}\p{Cs}]/u.test(key) || Buffer.byteLength(key) > mostBytes) return false;
  return key.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

/** The store's key of an object. @throws {UploadError} `NAME_REFUSED` */
export function storeKey(prefix: string, key: string): string {
  const full = prefix + key;
  if (isKey(full)) return full;
  throw new UploadError("NAME_REFUSED", "a key that stores and URLs would not agree on", { name: key, rule: "s3-key" });
}

/**
 * What all chunks begin with that are kept aside for an upload. A hash, so that no key's begins like another's; under one
 * folder, so that a lifecycle rule can name it.
 */
export function asidePrefix(prefix: string, key: string): string {
  return `${prefix}.stowage-aside/${hash("sha256", key, "hex")}/`;
}
