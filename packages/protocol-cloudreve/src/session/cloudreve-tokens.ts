import { completeRuntime } from "@stowage/core";
import type { CallOptions, Caller, EpochMs, Runtime } from "@stowage/core";
import type { Identify } from "@stowage/core/http";
import { parseOptions, tokenOptionsSchema } from "../options.js";
import type { CloudreveTokenOptions } from "../options.js";
import { bearerToken } from "./bearer-token.js";
import { derivedKeys } from "./derived-keys.js";
import { liveAccount } from "./live-account.js";
import { readToken } from "./read-token.js";

/** How long an account that was removed, disabled or given another password is still let in. */
const memoryMs = 3_000;
const mostRemembered = 1_000;

interface Known {
  readonly caller: Caller;
  readonly rootTokenId: string;
  readonly until: EpochMs;
}

/**
 * Turns `Authorization: Bearer` with an access token of `POST /session/token` into its caller; for every mount. A
 * sign-out counts at the next request, whatever else becomes of an account three seconds later at most.
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 */
export function cloudreveTokens(
  options: CloudreveTokenOptions,
  runtime: Partial<Pick<Runtime, "clock">> = {},
): Identify {
  const { signingKey, accounts } = parseOptions(tokenOptionsSchema, options);
  const { clock } = completeRuntime(runtime);
  const keys = derivedKeys(signingKey);
  const call: CallOptions = { signal: new AbortController().signal };
  const remembered = new Map<string, Known>();

  const lookUp = async (token: string): Promise<Known | null> => {
    const facts = await readToken(keys, clock, "access", token);
    const account = facts === null ? null : await liveAccount(accounts, keys, facts, call);
    if (facts === null || account === null) return null;
    const { owner, groups } = account;
    const until = Math.min(clock.now() + memoryMs, facts.expiresAt);
    return { caller: { owner, groups }, rootTokenId: facts.rootTokenId, until };
  };
  const remember = (token: string, known: Known): void => {
    remembered.delete(token);
    remembered.set(token, known);
    const [oldest] = remembered.keys();
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
  };
  return async (exchange) => {
    const token = bearerToken(exchange);
    if (token === null) return null;
    const there = remembered.get(token);
    const known = there !== undefined && clock.now() < there.until ? there : await lookUp(token);
    if (known === null || (await accounts.isRevoked(known.rootTokenId, call))) {
      remembered.delete(token);
      return null;
    }
    if (known !== there) remember(token, known);
    return known.caller;
  };
}
