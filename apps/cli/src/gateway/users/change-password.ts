import type { GatewayFlags } from "../../options.js";
import type { Output } from "../../output.js";
import { askPassword } from "../../terminal/ask-password.js";
import { withAccounts } from "../with-accounts.js";

/** Of verbs that take a password. */
export interface PasswordFlags extends GatewayFlags {
  readonly passwordStdin?: boolean;
}

/** Changes a password to one that is asked for. */
export async function changePassword(owner: string, flags: PasswordFlags, output: Output): Promise<void> {
  await withAccounts(flags, async (database, { listUsers, setPassword }) => {
    const isThere = listUsers(database).some((user) => user.owner === owner);
    // Nobody types a password twice for a name that is not there; `setPassword` says so.
    const ask = (): Promise<string> =>
      askPassword({ input: process.stdin, prompt: process.stderr }, flags.passwordStdin === true);
    await setPassword(database, owner, isThere ? await ask() : "no such user");
  });
  output.either(`${owner}: password changed`, { event: "changed", user: owner });
}
