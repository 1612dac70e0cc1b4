import type { Call } from "../call.js";
import type { PrepareAnswer } from "../wire/answers.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { checkFields } from "../wire/read-json.js";
import { prepareQuery } from "../wire/schemas.js";

/** `GET /session/prepare`: how the person with this email may sign in. Tells who has an account, as Cloudreve does. */
export async function prepareSession({ exchange, settings, options }: Call): Promise<Outcome> {
  const { email } = checkFields(prepareQuery, Object.fromEntries(exchange.url.searchParams));
  const isKnown = (await settings.accounts?.hasEmail(email, options)) ?? false;
  if (!isKnown) return failed(404, "nobody with this email has an account");
  return done({ webauthn_enabled: false, password_enabled: true } satisfies PrepareAnswer);
}
