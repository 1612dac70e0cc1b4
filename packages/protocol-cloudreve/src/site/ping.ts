import type { Call } from "../call.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";

/** `GET /site/ping`: the Cloudreve version that clients adapt to. */
export async function ping({ settings }: Call): Promise<Outcome> {
  return done(settings.version);
}
