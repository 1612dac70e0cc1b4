/**
 * The id of a session that a client named: a hash, so that an id of one owner is nobody else's. 43 characters of
 * base64url.
 */
export async function ownedId(owner: string | null, id: string): Promise<string> {
  // The id holds no space, so no two pairs make the same text.
  const text = new TextEncoder().encode(`native ${id} ${owner === null ? "operator" : `owner ${owner}`}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return btoa(String.fromCharCode(...hash))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
