import type { AccountsDatabase } from "../accounts-database.js";
import { refusal } from "./refusal.js";

/**
 * Ends an API token, by its id.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where there is no such token
 */
export async function removeToken(database: AccountsDatabase, id: string): Promise<void> {
  await database.write((run) => {
    if (run("DELETE FROM tokens WHERE id = ?", id) === 0) throw refusal(`${id}: no such token`);
  });
}
