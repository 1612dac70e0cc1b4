import type { Call } from "../call.js";
import { failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { bearerToken } from "./bearer-token.js";
import { readToken } from "./read-token.js";

/** What a route answers whose caller nobody knows: 401, and 40020 where a refresh token came for an access token. */
export async function refuseStranger({ exchange, keys, clock }: Call): Promise<Outcome> {
  const token = bearerToken(exchange);
  if (token === null || (await readToken(keys, clock, "refresh", token)) === null) return failed(401, "login required");
  return failed(40020, "a refresh token is no access token");
}
