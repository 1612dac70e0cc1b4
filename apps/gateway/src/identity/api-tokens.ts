import type { Identify } from "@stowage/core/http";
import type { Accounts } from "@stowage/protocol-cloudreve";
import type { AccountsDatabase } from "../accounts/accounts-database.js";
import { apiTokenPrefix } from "../accounts/verbs/add-token.js";
import { bearerToken } from "./bearer-token.js";
import { tokenDigest } from "./token-digest.js";

const forever = new AbortController().signal;

/** API tokens of users, as long as the token and the user are there. Asked anew for each request: a removal counts at once. */
export function apiTokens(database: AccountsDatabase, accounts: Accounts): Identify {
  return async (exchange) => {
    const token = bearerToken(exchange);
    if (token === null || !token.startsWith(apiTokenPrefix)) return null;
    const digest = tokenDigest(token).toString("hex");
    const [row] = database.read<{ owner: string }>("SELECT owner FROM tokens WHERE digest = ?", digest);
    if (row === undefined) return null;
    const account = await accounts.findByOwner(row.owner, { signal: forever });
    return account === null ? null : { owner: account.owner, groups: account.groups };
  };
}
