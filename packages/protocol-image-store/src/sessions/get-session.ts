import type { Call } from "../call.js";
import type { SessionsAnswer } from "../wire/answers.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { describeSession, isUnfinished } from "./describe-session.js";
import { findStatus } from "./find-status.js";
import { ownedId } from "./owned-id.js";
import { sessionGuid } from "./session-guid.js";

/**
 * `GET /$/GetUploadSession`: what a session still expects. Where there is none the list is empty: the 204 of Microsoft's
 * gateway is an error to the stock client.
 */
export async function getSession(call: Call): Promise<Outcome> {
  const guid = sessionGuid(call);
  if (typeof guid !== "string") return guid;
  const status = await findStatus(call, await ownedId(call.owner, guid));
  const found = status !== null && isUnfinished(status.session) ? [describeSession(status)] : [];
  return done({ UploadSessions: found } satisfies SessionsAnswer);
}
