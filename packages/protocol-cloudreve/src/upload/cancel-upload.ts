import { isUploadError } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { readJson } from "../wire/read-json.js";
import { cancelUploadBody } from "../wire/schemas.js";
import { ownPath } from "../wire/uri.js";
import { sessionIdOf } from "./session-id.js";
import { readWireFacts } from "./wire-facts.js";

/**
 * `DELETE /file/upload`: gives an upload up. A finished one stays as it is, and that is a success too: the client
 * lost the last reply. Unknown sessions answer 40016, which clients take as "cancelled already".
 */
export async function cancelUpload(call: OwnCall): Promise<Outcome> {
  const { id, uri } = await readJson(call.exchange.body, cancelUploadBody);
  const path = ownPath(uri, call.owner);
  try {
    const sessionId = sessionIdOf(id);
    const found = await pathOfUpload(call, sessionId);
    if (found !== null && found !== path) return failed(404, "the upload session is for another file");
    await call.engine.abort(sessionId, call.options);
  } catch (error) {
    if (!isUploadError(error)) throw error;
    if (error.code === "SESSION_NOT_FOUND") return failed(40016, "the upload does not exist");
    if (error.code !== "SESSION_CLOSED" || error.details.state !== "completed") throw error;
  }
  return done();
}

/** `null`: expired, and nothing is known of it but that it is ours to give up. */
async function pathOfUpload({ engine, options }: OwnCall, sessionId: string): Promise<string | null> {
  try {
    const session = await engine.session(sessionId, options);
    return readWireFacts(session) === null ? "" : (session.entry?.path ?? "");
  } catch (error) {
    if (isUploadError(error) && error.code === "SESSION_EXPIRED") return null;
    throw error;
  }
}
