import type { Identify } from "@stowage/core/http";
import { cloudreveTokens } from "@stowage/protocol-cloudreve";
import type { FrontEndContext } from "../front-ends/front-end.js";
import type { AccountsDatabase } from "../accounts/accounts-database.js";
import type { GatewayConfig } from "../config/config-schema.js";
import { anonymous } from "./anonymous.js";
import { apiTokens } from "./api-tokens.js";
import { chainIdentities } from "./chain-identities.js";
import { jwtTokens } from "./jwt-tokens.js";
import { staticTokens } from "./static-tokens.js";

/** Who asks, for every mount: tokens of the file, of users, of those who signed in, of another issuer; or nobody's. */
export function openIdentity(config: GatewayConfig, database: AccountsDatabase, context: FrontEndContext): Identify {
  const { accounts, signingKey, runtime } = context;
  const { tokens, jwt } = config.identity;
  return chainIdentities(
    [
      staticTokens(tokens),
      apiTokens(database, accounts),
      cloudreveTokens({ signingKey, accounts }, runtime),
      ...(jwt === undefined ? [] : [jwtTokens(jwt, runtime)]),
    ],
    anonymous(config),
  );
}
