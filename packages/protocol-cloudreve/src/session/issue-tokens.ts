import { SignJWT } from "jose";
import type { Call } from "../call.js";
import { printInstant } from "../files/instant.js";
import type { TokenAnswer } from "../wire/answers.js";
import type { Account } from "./accounts.js";
import { accountState } from "./account-state.js";
import type { TokenKind } from "./read-token.js";
import { printUserId } from "../wire/user-id.js";

/** A token counts from a little before it is made: the clocks of several gateways differ. */
const clockSkewMs = 60_000;

/**
 * A pair of JWTs for an account. `rootTokenId` names the sign-in that they go back to: it stays through all
 * refreshes, and revoking it ends them all.
 */
export async function issueTokens(call: Call, account: Account, rootTokenId: string): Promise<TokenAnswer> {
  const { keys, settings } = call;
  const now = call.clock.now();
  const claims = { root_token_id: rootTokenId, state_hash: await accountState(keys, account) };
  const sign = async (kind: TokenKind, expiresAt: number): Promise<string> =>
    new SignJWT({ token_type: kind, ...claims })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setSubject(printUserId(account.owner))
      .setNotBefore(Math.floor((now - clockSkewMs) / 1000))
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .sign(await keys(kind));
  const accessEnd = now + settings.accessTtlMs;
  const refreshEnd = now + settings.refreshTtlMs;
  return {
    access_token: await sign("access", accessEnd),
    refresh_token: await sign("refresh", refreshEnd),
    access_expires: printInstant(accessEnd),
    refresh_expires: printInstant(refreshEnd),
  };
}
