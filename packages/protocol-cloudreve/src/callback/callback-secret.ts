import type { DerivedKeys } from "../session/derived-keys.js";

const encoder = new TextEncoder();

/**
 * 32 hexadecimal digits (128 bits of an HMAC) that prove a callback for this session. Made from the id, not stored: so
 * whoever does not have it learns nothing of which sessions there are.
 */
export async function callbackSecret(keys: DerivedKeys, sessionId: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await keys("callback"), encoder.encode(sessionId));
  return Array.from(new Uint8Array(mac, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
