/** A key of HMAC with SHA-256 that cannot be read out again. */
export type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** What a key is for. What one of them has signed never passes where another is asked for. */
export type KeyPurpose = "access" | "refresh" | "account-state" | "url" | "callback";

/** Keys of one site, the same in every process that has its signing key. Each is made at its first use. */
export type DerivedKeys = (purpose: KeyPurpose) => Promise<HmacKey>;

const encoder = new TextEncoder();

/** One key for each purpose out of one secret (HKDF with SHA-256, RFC 5869). */
export function derivedKeys(signingKey: string): DerivedKeys {
  const made = new Map<KeyPurpose, Promise<HmacKey>>();
  return (purpose) => {
    const key = made.get(purpose) ?? derive(signingKey, purpose);
    made.set(purpose, key);
    return key;
  };
}

async function derive(signingKey: string, purpose: KeyPurpose): Promise<HmacKey> {
  const secret = await crypto.subtle.importKey("raw", encoder.encode(signingKey), "HKDF", false, ["deriveKey"]);
  const info = encoder.encode(`stowage/cloudreve/${purpose}`);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  const target = { name: "HMAC", hash: "SHA-256", length: 256 };
  return crypto.subtle.deriveKey(derivation, secret, target, false, ["sign", "verify"]);
}
