/**
 * The engine's id of a session that a client named by a GUID: a hash, so that a GUID of one owner is nobody else's. 43
 * characters of base64url.
 */
export async function ownedId(owner: string | null, guid: string): Promise<string> {
  // The GUID holds no space, so no two pairs make the same text.
  const text = new TextEncoder().encode(`image-store ${guid} ${owner === null ? "operator" : `owner ${owner}`}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return btoa(String.fromCharCode(...hash))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
