import { UploadError } from "@stowage/core";

/**
 * A session id of a client, as far as its form goes: what cannot be one is answered like one that is not there.
 *
 * @throws {UploadError} `SESSION_NOT_FOUND`
 */
export function sessionIdOf(text: string): string {
  if (/^[\w.~-]{1,128}$/.test(text)) return text;
  throw new UploadError("SESSION_NOT_FOUND", "not a session id", { id: "" });
}
