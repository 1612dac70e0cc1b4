import { UploadError } from "@stowage/core";
import type { SessionView, Uploads } from "@stowage/core";
import type { SignedCall } from "../call.js";
import { readWireFacts } from "../upload/wire-facts.js";
import { sessionIdOf } from "../upload/session-id.js";
import { signedPath } from "./stand-in-urls.js";

/** A session that a signed URL names, and the engine as its owner has it. */
export interface SignedSession {
  readonly session: SessionView;
  readonly uploads: Uploads;
}

/**
 * The session of a stand-in's request. `sign`: its signature, as it came.
 *
 * @throws {UploadError} `FORBIDDEN` for a signature that is wrong or has expired, `SESSION_*`
 */
export async function signedSession(
  call: SignedCall,
  form: "s3" | "remote",
  sign: string | null,
): Promise<SignedSession> {
  const id = sessionIdOf(call.parts[0] ?? "");
  const now = Math.floor(call.clock.now() / 1000);
  const verdict = await call.signer.verify(signedPath(call.prefix, form, id), sign, now);
  if (verdict !== "valid")
    throw new UploadError("FORBIDDEN", `signature ${verdict}`, { reason: `signature ${verdict}` });
  const session = await call.engine.session(id, call.options);
  if (readWireFacts(session) === null)
    throw new UploadError("SESSION_NOT_FOUND", "another front-end made the session", { id });
  return { session, uploads: call.as({ owner: session.owner, groups: [] }) };
}
