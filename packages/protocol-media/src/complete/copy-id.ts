/** The id of the upload that an upload is copied into: the same for whoever completes it, and nobody can guess it. */
export async function copyId(id: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`media copy of ${id}`));
  return Array.from(new Uint8Array(hash).subarray(0, 24), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
