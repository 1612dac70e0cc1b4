import type { Call } from "../call.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { describeStatus } from "./describe-session.js";

/** `GET /sessions/{id}`: how far it is, and which chunks still have to come. */
export async function getSession(call: Call): Promise<Outcome> {
  const [id = ""] = call.parts;
  return done(await describeStatus(call, await call.engine.status(id, call.options)));
}
