import type { CatalogEntry } from "@stowage/core";
import { nameOf } from "@stowage/core/catalog";
import { encodeName } from "../wire/uri.js";
import { printEntityId } from "./entity-id.js";
import { printInstant } from "./instant.js";

/** Signed URLs may be used by pages of any origin: who has one has the right. */
export const crossOrigin = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Content-Range, Accept-Ranges, Content-Length, Content-Disposition, ETag",
} as const;

/** The answer to a preflight of such a page, where the URL takes these methods. */
export function crossOriginPreflight(methods: readonly string[]): Readonly<Record<string, string>> {
  return {
    ...crossOrigin,
    "access-control-allow-methods": [...methods, "OPTIONS"].join(", "),
    "access-control-allow-headers": "Range, If-Range, If-None-Match, Authorization, Content-Type",
    "access-control-max-age": "7200",
  };
}

/** Header fields of a file's bytes. A page among them must not run on our origin: hence the sandbox. */
export function contentHeaders(
  entry: CatalogEntry,
  download: boolean,
): Readonly<Record<string, string>> & { etag: string } {
  const name = encodeName(nameOf(entry.path)).replace(/['()*!]/g, escapeCharacter);
  const mode = download ? "attachment" : "inline";
  return {
    ...crossOrigin,
    etag: `"${printEntityId(entry)}"`,
    "accept-ranges": "bytes",
    "cache-control": "public, max-age=86400",
    "content-security-policy": "sandbox",
    "content-disposition": `${mode}; filename*=UTF-8''${name}`,
    "content-type": safeType(entry.contentType),
    "last-modified": new Date(printInstant(entry.modifiedAt)).toUTCString(),
    "x-content-type-options": "nosniff",
  };
}

/** What RFC 8187 does not allow unescaped, and `encodeName` leaves. */
function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Types come from clients of any front-end, and go into a header field. */
function safeType(type: string): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\u0020-\u007e]*)?$/.test(type) ? type : "application/octet-stream";
}
