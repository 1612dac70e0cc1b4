import type { AccountsDatabase } from "../accounts-database.js";
import { hashPassword, isAcceptablePassword } from "../password-hash.js";
import { refusal } from "./refusal.js";

/**
 * Changes a password; whoever signed in with the old one is signed out, a few seconds later at most. API tokens stay.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where there is no such user, and for a password that is too short or too long
 */
export async function setPassword(database: AccountsDatabase, owner: string, password: string): Promise<void> {
  if (!isAcceptablePassword(password)) throw refusal("password: not of 8 characters to 1024 bytes");
  const hash = await hashPassword(password);
  await database.write((run) => {
    if (run("UPDATE users SET password = ? WHERE owner = ?", hash, owner) === 0)
      throw refusal(`${owner}: no such user`);
  });
}
