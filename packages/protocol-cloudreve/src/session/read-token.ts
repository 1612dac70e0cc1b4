import { jwtVerify } from "jose";
import type { Clock, EpochMs } from "@stowage/core";
import { z } from "zod";
import type { DerivedKeys } from "./derived-keys.js";
import { parseUserId } from "../wire/user-id.js";

/** The `token_type` of a token; each kind has a key of its own. */
export type TokenKind = "access" | "refresh";

/** What a token says that we have signed and that has not expired. Whether it was revoked is another question. */
export interface TokenFacts {
  readonly owner: string;
  /** Of the sign-in that the token goes back to. */
  readonly rootTokenId: string;
  /** `accountState` at that time. */
  readonly state: string;
  readonly expiresAt: EpochMs;
}

const longestToken = 4096;
const claims = z.object({
  token_type: z.enum(["access", "refresh"]),
  sub: z.string(),
  root_token_id: z.string().min(1),
  state_hash: z.string().min(1),
  nbf: z.number(),
  exp: z.number(),
});

/** `null`: not ours, of the other kind, changed, expired or not yet valid. */
export async function readToken(
  keys: DerivedKeys,
  clock: Pick<Clock, "now">,
  kind: TokenKind,
  token: string,
): Promise<TokenFacts | null> {
  if (token.length > longestToken) return null;
  const key = await keys(kind);
  const verified = await jwtVerify(token, key, {
    algorithms: ["HS256"],
    currentDate: new Date(clock.now()),
  }).catch(() => null);
  const read = claims.safeParse(verified?.payload);
  if (!read.success || read.data.token_type !== kind) return null;
  const { sub, root_token_id: rootTokenId, state_hash: state, exp } = read.data;
  const owner = parseUserId(sub);
  return owner === null ? null : { owner, rootTokenId, state, expiresAt: exp * 1000 };
}
