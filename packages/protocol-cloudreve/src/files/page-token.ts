import { checkName } from "@stowage/core/catalog";
import { badRequest } from "../wire/bad-request.js";
import { fromBase64Url, toBase64Url } from "../wire/base64-url.js";

/** Opaque to clients: the name that a page of a folder ended with. */
export function printPageToken(name: string): string {
  return toBase64Url(new TextEncoder().encode(name));
}

/** @throws {UploadError} `OPTIONS_INVALID` */
export function parsePageToken(token: string): string {
  try {
    const raw = fromBase64Url(token);
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw ?? new Uint8Array());
    checkName(name);
    return name;
  } catch {
    throw badRequest("next_page_token: not a token of ours");
  }
}
