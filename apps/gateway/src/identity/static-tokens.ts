import type { Caller } from "@stowage/core";
import type { Identify } from "@stowage/core/http";
import type { IdentitySettings } from "../config/sections/identity.js";
import { bearerToken } from "./bearer-token.js";
import { tokenDigest } from "./token-digest.js";

/** Tokens of the configuration file. They are looked up by digest, so the time that it takes tells nothing of them. */
export function staticTokens(tokens: IdentitySettings["tokens"]): Identify {
  const callers = new Map<string, Caller>();
  for (const { token, tokenSha256 = "", owner, groups } of tokens) {
    callers.set(token === undefined ? tokenSha256.toLowerCase() : tokenDigest(token).toString("hex"), {
      owner,
      groups,
    });
  }
  return (exchange) => {
    const token = bearerToken(exchange);
    return token === null ? null : (callers.get(tokenDigest(token).toString("hex")) ?? null);
  };
}
