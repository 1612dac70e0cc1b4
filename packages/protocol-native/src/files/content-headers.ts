import type { CatalogEntry } from "@stowage/core";
import { nameOf } from "@stowage/core/catalog";

/** Header fields of a file's bytes. A page among them must not run on our origin: hence the sandbox. */
export function contentHeaders(
  { path, version, contentType, modifiedAt }: CatalogEntry,
  inline: boolean,
): Readonly<Record<string, string>> & { readonly etag: string } {
  return {
    etag: `"${version}"`,
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    "content-security-policy": "sandbox",
    "content-disposition": `${inline ? "inline" : "attachment"}; filename*=UTF-8''${encodeName(nameOf(path))}`,
    "content-type": safeType(contentType),
    "last-modified": new Date(Math.min(Math.max(modifiedAt, 0), lastInstantMs)).toUTCString(),
    "x-content-type-options": "nosniff",
  };
}

/** HTTP dates have four digits for the year. */
const lastInstantMs = 253_402_300_799_999;

/** As RFC 8187 wants it: `encodeURIComponent` leaves a few characters that are not allowed there. */
function encodeName(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\uFFFD")).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Types come from clients of any front-end, and go into a header field. */
function safeType(type: string): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\u0020-\u007e]*)?$/.test(type) ? type : "application/octet-stream";
}
