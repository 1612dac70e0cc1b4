import { refuse } from "../http/refusal.js";

/** RFC 3986 as SigV4 wants it: everything but `A-Za-z0-9-._~` becomes `%XX`, of the UTF-8 bytes. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text behind `%XX`. @throws InvalidURI where it is no UTF-8 */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse("InvalidURI", "Couldn't parse the specified URI.");
  }
}
