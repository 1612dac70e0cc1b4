import { toBase64Url } from "@stowage/cloudreve-wire";
import { UploadError } from "@stowage/core";

const encoder = new TextEncoder();

/**
 * The engine's id of a master's session: a hash, so that a master can name no session of anybody else. 43 characters of
 * base64url.
 *
 * @throws {UploadError} `SESSION_NOT_FOUND` for what no master would send
 */
export async function nodeSessionId(owner: string, sessionId: string): Promise<string> {
  if (!/^[\w.~-]{1,128}$/.test(sessionId)) {
    throw new UploadError("SESSION_NOT_FOUND", "not a session id", { id: "" });
  }
  // The session id holds no space, so no two pairs make the same text.
  const hash = await crypto.subtle.digest("SHA-256", encoder.encode(`cloudreve-slave ${sessionId} ${owner}`));
  return toBase64Url(new Uint8Array(hash)).replaceAll("=", "");
}
