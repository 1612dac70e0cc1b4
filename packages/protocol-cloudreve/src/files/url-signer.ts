import type { HmacKey } from "../session/derived-keys.js";
import { fromBase64Url, toBase64Url } from "../wire/base64-url.js";

/** What a signature turned out to be. */
export type SignatureVerdict = "valid" | "absent" | "malformed" | "expired" | "wrong";

/** Cloudreve's URL signatures: over the decoded path and an expiry, not over the query. */
export interface UrlSigner {
  /** `expires`: seconds since 1970; 0 never expires. */
  sign(path: string, expires: number): Promise<string>;
  /** In constant time. `now`: seconds since 1970. */
  verify(path: string, signature: string | null, now: number): Promise<SignatureVerdict>;
}

const encoder = new TextEncoder();

/** HMAC-SHA-256 of `path:expires`, written as `base64url:expires`. `key` is asked for at each use. */
export function urlSigner(key: () => Promise<HmacKey>): UrlSigner {
  return {
    sign: async (path, expires) => {
      const mac = await crypto.subtle.sign("HMAC", await key(), encoder.encode(`${path}:${expires}`));
      return `${toBase64Url(new Uint8Array(mac))}:${expires}`;
    },
    verify: async (path, signature, now) => {
      const colon = signature?.lastIndexOf(":") ?? -1;
      const expiry = signature?.slice(colon + 1) ?? "";
      if (signature === null || expiry === "") return "absent";
      if (!/^(0|[1-9]\d{0,14})$/.test(expiry)) return "malformed";
      const expires = Number(expiry);
      if (expires !== 0 && expires < now) return "expired";
      const mac = fromBase64Url(signature.slice(0, Math.max(colon, 0)));
      if (mac === null) return "malformed";
      const text = encoder.encode(`${path}:${expires}`);
      return (await crypto.subtle.verify("HMAC", await key(), mac, text)) ? "valid" : "wrong";
    },
  };
}
