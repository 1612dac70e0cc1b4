import type { OwnCall } from "../call.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { findUser } from "./find-user.js";

/** `GET /user/me`: who is signed in. */
export async function me(call: OwnCall): Promise<Outcome> {
  return done(await findUser(call, call.caller));
}
