import { toBase64Url } from "../wire/base64-url.js";
import type { Account } from "./accounts.js";
import type { DerivedKeys } from "./derived-keys.js";

/** What tokens remember of an account: another email or password, and they end. Tells nobody the stamp. */
export async function accountState(keys: DerivedKeys, { owner, email, stamp }: Account): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([owner, email, stamp]));
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", await keys("account-state"), text)));
}
