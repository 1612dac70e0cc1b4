import type { AccountsDatabase } from "../accounts-database.js";
import { refusal } from "./refusal.js";

/**
 * Removes a user and his API tokens; his files and uploads stay, for whoever gets the name next.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where there is no such user
 */
export async function removeUser(database: AccountsDatabase, owner: string): Promise<void> {
  await database.write((run) => {
    if (run("DELETE FROM users WHERE owner = ?", owner) === 0) throw refusal(`${owner}: no such user`);
    run("DELETE FROM tokens WHERE owner = ?", owner);
  });
}
