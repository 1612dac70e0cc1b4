import { fromBase64Url, toBase64Url } from "./base64-url.js";

/** The owner as clients know him: opaque, URL-safe and stable. No secret: it only has to fit into a URI. */
export function printUserId(owner: string): string {
  return toBase64Url(new TextEncoder().encode(owner)).replaceAll("=", "");
}

/** The reverse; `null` for anything that `printUserId` would not have written. */
export function parseUserId(id: string): string | null {
  const raw = fromBase64Url(id.padEnd(Math.ceil(id.length / 4) * 4, "="));
  if (raw === null) return null;
  try {
    const owner = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
    return printUserId(owner) === id ? owner : null;
  } catch {
    return null;
  }
}
