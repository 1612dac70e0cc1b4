import { fromBase64Url, toBase64Url } from "../base64-url.js";
import { signableText } from "./signable-request.js";
import type { SignableRequest } from "./signable-request.js";
import type { SignatureVerdict } from "./verdict.js";

type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** What a header of this mode begins with; a session's `credential` is all of it. */
export const credentialScheme = "Bearer Cr ";

/** Signs and verifies what a master and its node send each other. Times are seconds since 1970; an expiry of 0 never comes. */
export interface NodeSigner {
  /** Value of `Authorization` for PUT, POST and PATCH. */
  signHeader(request: SignableRequest, expires: number): Promise<string>;
  /** Value of the query parameter `sign` for GET, HEAD and DELETE, not yet percent-encoded. `path`: decoded. */
  signUrl(path: string, expires: number): Promise<string>;
  /** Compares in constant time. `authorization`: as it came. */
  verifyHeader(request: SignableRequest, authorization: string | undefined, now: number): Promise<SignatureVerdict>;
  /** Compares in constant time. `sign`: percent-decoded. */
  verifyUrl(path: string, sign: string | null, now: number): Promise<SignatureVerdict>;
}

const encoder = new TextEncoder();

/**
 * Cloudreve's signatures: HMAC-SHA-256 of `text:expires`, written as `base64url:expires`. The first key signs, any of them
 * is accepted, so that a key can be changed without a gap. Keys are imported once, at the first use.
 */
export function nodeSigner(keys: readonly [string, ...string[]]): NodeSigner {
  let imported: readonly Promise<HmacKey>[] | undefined;
  const hmacKeys = (): readonly Promise<HmacKey>[] => (imported ??= keys.map(importKey));
  const sign = async (text: string, expires: number): Promise<string> => {
    const mac = await crypto.subtle.sign("HMAC", await importedFirst(hmacKeys()), textBytes(text, expires));
    return `${toBase64Url(new Uint8Array(mac))}:${expires}`;
  };
  const verify = async (text: string, signature: string, now: number): Promise<SignatureVerdict> => {
    const read = readSignature(signature, now);
    if (typeof read === "string") return read;
    for (const key of hmacKeys()) {
      const { mac, expires } = read;
      if (await crypto.subtle.verify("HMAC", await key, mac, textBytes(text, expires))) return "valid";
    }
    return "wrong";
  };
  return {
    signHeader: async (request, expires) => credentialScheme + (await sign(signableText(request), expires)),
    signUrl: sign,
    verifyHeader: async (request, authorization, now) =>
      flawOf(authorization, now) ?? verify(signableText(request), signatureIn(authorization), now),
    verifyUrl: async (path, signature, now) => (signature === null ? "absent" : verify(path, signature, now)),
  };
}

/** What is wrong with a header before any key, or what it covers, is looked at: no body need be read for it. `null`: nothing. */
export function flawOf(
  authorization: string | undefined,
  now: number,
): Exclude<SignatureVerdict, "valid" | "wrong"> | null {
  if (authorization?.startsWith(credentialScheme) !== true) return "absent";
  const read = readSignature(signatureIn(authorization), now);
  return typeof read === "string" ? read : null;
}

function signatureIn(authorization = ""): string {
  return authorization.slice(credentialScheme.length);
}

/** When a signature ends, in seconds since 1970, whether or not it is right; `null` for what is none. */
export function expiryOf(signature: string): number | null {
  const [, expiry = ""] = /:(0|[1-9]\d{0,14})$/.exec(signature) ?? [];
  return expiry === "" ? null : Number(expiry);
}

/** As far as its form goes, before any key is asked. */
function readSignature(
  signature: string,
  now: number,
): { readonly mac: Uint8Array<ArrayBuffer>; readonly expires: number } | Exclude<SignatureVerdict, "valid" | "wrong"> {
  const colon = signature.lastIndexOf(":");
  if (signature.slice(colon + 1) === "") return "absent";
  const expires = expiryOf(signature);
  if (expires === null) return "malformed";
  if (expires !== 0 && expires < now) return "expired";
  const mac = fromBase64Url(signature.slice(0, colon));
  return mac === null ? "malformed" : { mac, expires };
}

function importedFirst([first]: readonly Promise<HmacKey>[]): Promise<HmacKey> {
  return first as Promise<HmacKey>;
}

async function importKey(key: string): Promise<HmacKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign", "verify"]);
}

function textBytes(text: string, expires: number): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${text}:${expires}`);
}
