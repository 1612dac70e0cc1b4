import type { CallOptions } from "@stowage/core";
import type { Account, Accounts } from "./accounts.js";
import { accountState } from "./account-state.js";
import type { DerivedKeys } from "./derived-keys.js";
import type { TokenFacts } from "./read-token.js";

/** The account that a token still stands for; `null`: removed, disabled, or with another email or password by now. */
export async function liveAccount(
  accounts: Pick<Accounts, "findByOwner">,
  keys: DerivedKeys,
  { owner, state }: TokenFacts,
  options: CallOptions,
): Promise<Account | null> {
  const account = await accounts.findByOwner(owner, options);
  return account !== null && (await accountState(keys, account)) === state ? account : null;
}
