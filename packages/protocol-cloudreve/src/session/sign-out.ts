import type { Call } from "../call.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { readJson } from "../wire/read-json.js";
import { refreshBody } from "../wire/schemas.js";
import { readToken } from "./read-token.js";

/** A refresh under way at the same time may make a token that lives a little longer than any made before. */
const marginMs = 3600 * 1000;

/**
 * `DELETE /session/token`: ends a sign-in with all its tokens, those of later refreshes too. The refresh token is the
 * proof; again is a success.
 */
export async function signOut({ exchange, settings, keys, clock, options }: Call): Promise<Outcome> {
  const { refresh_token: token } = await readJson(exchange.body, refreshBody);
  const { accounts, refreshTtlMs } = settings;
  const facts = accounts === undefined ? null : await readToken(keys, clock, "refresh", token);
  if (accounts === undefined || facts === null) return failed(40020, "not a refresh token, or expired");
  const lastExpiry = Math.max(facts.expiresAt, clock.now() + refreshTtlMs);
  await accounts.revoke(facts.rootTokenId, lastExpiry + marginMs, options);
  return done("");
}
