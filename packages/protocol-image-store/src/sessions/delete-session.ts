import { isUploadError, UploadError } from "@stowage/core";
import type { Call } from "../call.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { isUnfinished } from "./describe-session.js";
import { findStatus } from "./find-status.js";
import { ownedId } from "./owned-id.js";
import { sessionGuid } from "./session-guid.js";

/** `DELETE /$/DeleteUploadSession`: gives an unfinished upload up. Where there is none, also a second time: 404. */
export async function deleteSession(call: Call): Promise<Outcome> {
  const guid = sessionGuid(call);
  if (typeof guid !== "string") return guid;
  const id = await ownedId(call.owner, guid);
  const status = await findStatus(call, id);
  if (status === null || !isUnfinished(status.session)) throw gone(id);
  await call.engine.abort(id, call.options).catch((error: unknown) => {
    throw isUploadError(error) && error.code === "SESSION_CLOSED" ? gone(id) : error;
  });
  return done();
}

function gone(id: string): UploadError<"SESSION_NOT_FOUND"> {
  return new UploadError("SESSION_NOT_FOUND", "no such session, or it is over", { id });
}
