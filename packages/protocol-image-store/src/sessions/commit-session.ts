import { isUploadError } from "@stowage/core";
import type { Call } from "../call.js";
import { done, failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { ownedId } from "./owned-id.js";
import { sessionGuid } from "./session-guid.js";

const overCodes: ReadonlySet<string> = new Set(["SESSION_NOT_FOUND", "SESSION_EXPIRED", "SESSION_CLOSED"]);

/** `POST /$/CommitUploadSession`: makes the file, over one that is there. As often as one likes. */
export async function commitSession(call: Call): Promise<Outcome> {
  const guid = sessionGuid(call);
  if (typeof guid !== "string") return guid;
  try {
    await call.engine.complete(await ownedId(call.owner, guid), call.options);
  } catch (error) {
    if (!isUploadError(error) || !overCodes.has(error.code)) throw error;
    return failed(400, "E_INVALIDARG", "there is no such upload session");
  }
  return done();
}
