import type { Call } from "../call.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { describeStatus } from "./describe-session.js";

/**
 * `POST /sessions/{id}/complete`: the finished session with its file. After direct uploads it asks the backend; after
 * chunks through us it finds everything done. The same answer each time.
 */
export async function completeSession(call: Call): Promise<Outcome> {
  const [id = ""] = call.parts;
  await call.engine.complete(id, call.options);
  return done(await describeStatus(call, await call.engine.status(id, call.options)));
}
