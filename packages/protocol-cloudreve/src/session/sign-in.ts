import type { Call } from "../call.js";
import { printUser } from "../user/print-user.js";
import type { SignInAnswer } from "../wire/answers.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { readJson } from "../wire/read-json.js";
import { signInBody } from "../wire/schemas.js";
import { issueTokens } from "./issue-tokens.js";

/** `POST /session/token`: tokens for an email and a password. A captcha that comes along is not asked for. */
export async function signIn(call: Call): Promise<Outcome> {
  const { exchange, settings, options } = call;
  const { email, password } = await readJson(exchange.body, signInBody);
  if (settings.accounts === undefined) return failed(40019, "nobody can sign in here");
  const outcome = await settings.accounts.signIn(email, password, exchange.peer, options);
  switch (outcome.kind) {
    case "refused":
      return failed(40080, "wrong email or password");
    case "disabled":
      return failed(40017, "this account may not be used");
    case "slowed": {
      const { retryAfterMs } = outcome;
      const msg = `too many attempts, try again in ${Math.ceil(retryAfterMs / 1000)} seconds`;
      return { kind: "failed", failure: { code: 429, msg, retryAfterMs } };
    }
    case "known": {
      const token = await issueTokens(call, outcome.account, call.newId());
      return done({ user: printUser(outcome.account), token } satisfies SignInAnswer);
    }
  }
}
