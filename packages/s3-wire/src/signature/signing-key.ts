import { createHmac } from "node:crypto";
import type { SignatureScheme } from "./scheme.js";

/** Derives the key of a day (`yyyymmdd`): four HMACs. The last one is remembered, as days are long. */
export function signingKeys(
  scheme: SignatureScheme,
  secret: string,
  region: string,
  service: string,
): (day: string) => Buffer {
  let last: { readonly day: string; readonly key: Buffer } | undefined;
  return (day) => {
    if (last?.day !== day) {
      const start = Buffer.from(scheme.keyPrefix + secret);
      last = { day, key: [day, region, service, scheme.terminator].reduce<Buffer>(hmac, start) };
    }
    return last.key;
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
