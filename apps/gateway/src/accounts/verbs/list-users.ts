import type { AccountsDatabase } from "../accounts-database.js";
import { allUsers } from "../stored-user.js";
import type { StoredUser } from "../stored-user.js";

/** The users of accounts.db by name, without their passwords; those of the configuration file are not among them. */
export function listUsers(database: AccountsDatabase): readonly StoredUser[] {
  return allUsers(database).map(({ password: _hidden, ...user }) => user);
}
