import type { AccountsDatabase } from "../accounts-database.js";
import { refusal } from "./refusal.js";

/**
 * Locks a user out, or in again: neither password nor token counts while he is disabled. Idempotent.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where there is no such user
 */
export async function disableUser(database: AccountsDatabase, owner: string, isDisabled = true): Promise<void> {
  await database.write((run) => {
    const changed = run("UPDATE users SET disabled = ? WHERE owner = ?", isDisabled ? 1 : 0, owner);
    if (changed === 0) throw refusal(`${owner}: no such user`);
  });
}
