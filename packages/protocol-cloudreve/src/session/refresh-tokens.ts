import type { Call } from "../call.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { readJson } from "../wire/read-json.js";
import { refreshBody } from "../wire/schemas.js";
import { issueTokens } from "./issue-tokens.js";
import { liveAccount } from "./live-account.js";
import { readToken } from "./read-token.js";

/**
 * `POST /session/token/refresh`: a new pair for a refresh token, of the same sign-in. The old one goes on until it
 * expires: the tabs of a browser share it, and refresh at the same time. To clients 40020 means "sign in again".
 */
export async function refreshTokens(call: Call): Promise<Outcome> {
  const { settings, keys, clock, options } = call;
  const { refresh_token: token } = await readJson(call.exchange.body, refreshBody);
  const { accounts } = settings;
  const facts = accounts === undefined ? null : await readToken(keys, clock, "refresh", token);
  if (accounts === undefined || facts === null) return refused;
  const account = await liveAccount(accounts, keys, facts, options);
  if (account === null || (await accounts.isRevoked(facts.rootTokenId, options))) return refused;
  return done(await issueTokens(call, account, facts.rootTokenId));
}

const refused = failed(40020, "the refresh token is not valid any more, sign in again");
