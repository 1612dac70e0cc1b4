/** What `encodeURIComponent` leaves as it is, and RFC 3986 reserves. */
const reserved = /[!'()*]/g;

/** RFC 3986: all but unreserved characters, as upper-case hex of their UTF-8 bytes; a space is `%20`. */
export function encodeName(text: string): string {
  return encodeURIComponent(text).replace(reserved, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** An object's key as a path: encoded once, slashes kept, nothing normalised. */
export function encodeKey(key: string): string {
  return key.split("/").map(encodeName).join("/");
}
