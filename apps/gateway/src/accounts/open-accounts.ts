import { dataFolder } from "../data-folder.js";
import { openAccountsDatabase } from "./accounts-database.js";
import type { AccountsDatabase } from "./accounts-database.js";

/**
 * Opens the accounts of a data folder for the verbs on them, beside any gateway that runs on it. The folder and the file are
 * made where they are missing. Close it afterwards.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a file of a newer release or of another program
 */
export function openAccounts(data: string): Promise<AccountsDatabase> {
  return openAccountsDatabase(dataFolder(data).accounts);
}
