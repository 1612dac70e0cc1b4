import type { Caller, Runtime } from "@stowage/core";
import { UploadError } from "@stowage/core";
import type { Identify } from "@stowage/core/http";
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { namePattern } from "../config/name.js";
import type { JwtSettings } from "../config/sections/identity.js";
import { bearerToken } from "./bearer-token.js";

/** Clocks of issuer and gateway may be so far apart. */
const leewaySeconds = 5;
/** Codes of jose that say: the token is at fault. All others (keys not to be had) are no verdict on it. */
const tokenFaults = /^ERR_(JWT_|JWS_|JOSE_ALG_NOT_ALLOWED|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING_KEY|JWKS_MULTIPLE)/;

/**
 * Tokens that somebody else signs. Signature, `exp` (which must be there), `nbf`, issuer and audience are checked, and only
 * the configured algorithms count, `none` never. An owner's name that is no name is nobody; groups that are none are left out.
 *
 * @throws {UploadError} from the returned function: `BACKEND_UNAVAILABLE` where the issuer's keys are not to be had
 */
export function jwtTokens(settings: JwtSettings, { clock, log }: Pick<Runtime, "clock" | "log">): Identify {
  const { issuer, audience, algorithms } = settings;
  const keyOf = keyFrom(settings);
  const rules = {
    algorithms: algorithms ?? (settings.secret === undefined ? ["RS256", "ES256", "EdDSA"] : ["HS256"]),
    requiredClaims: ["exp"],
    clockTolerance: leewaySeconds,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  return async (exchange) => {
    const token = bearerToken(exchange);
    if (token === null || token.split(".").length !== 3) return null;
    try {
      const { payload } = await jwtVerify(token, keyOf, { ...rules, currentDate: new Date(clock.now()) });
      return callerOf(payload, settings);
    } catch (cause) {
      const { code = "" } = (cause ?? {}) as { readonly code?: string };
      if (!tokenFaults.test(code)) throw unavailable(cause);
      log.debug({ code }, "a JWT was refused");
      return null;
    }
  };
}

function keyFrom({ secret, jwks = "" }: JwtSettings): JWTVerifyGetKey {
  if (secret === undefined) return createRemoteJWKSet(new URL(jwks), { timeoutDuration: 5_000 });
  const key = new TextEncoder().encode(secret);
  return async () => key;
}

function callerOf(payload: JWTPayload, { owner, groups }: JwtSettings): Caller | null {
  const named = payload[owner];
  if (typeof named !== "string" || !namePattern.test(named)) return null;
  const listed: unknown = payload[groups];
  const given: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
  return {
    owner: named,
    groups: given.filter((group) => typeof group === "string" && namePattern.test(group)) as string[],
  };
}

function unavailable(cause: unknown): UploadError<"BACKEND_UNAVAILABLE"> {
  const fact = "the keys of the issuer of JWTs cannot be had";
  return new UploadError("BACKEND_UNAVAILABLE", fact, { driver: "jwks" }, { retry: "same", cause });
}
