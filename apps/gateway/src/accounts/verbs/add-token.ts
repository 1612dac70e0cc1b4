import { randomBytes, randomUUID } from "node:crypto";
import { namePattern, nameRule } from "../../config/name.js";
import { tokenDigest } from "../../identity/token-digest.js";
import type { AccountsDatabase } from "../accounts-database.js";
import { refusal } from "./refusal.js";

/** What the API tokens of users begin with, so that people and scanners of leaks know one. */
export const apiTokenPrefix = "stowage_";

/** A token that was just made. */
export interface NewToken {
  /** For `removeToken`. */
  readonly id: string;
  /** The secret itself; it is told this once and not kept. */
  readonly token: string;
}

/**
 * Makes an API token with which programs act as a user, with his groups, until it is removed. `owner` may be a user of the
 * configuration file; while there is no such user, or he is disabled, the token does not count.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for what is no name
 */
export async function addToken(database: AccountsDatabase, owner: string, label = ""): Promise<NewToken> {
  if (!namePattern.test(owner)) throw refusal(`name: ${nameRule}`);
  const token = `${apiTokenPrefix}${randomBytes(32).toString("base64url")}`;
  const id = randomUUID();
  await database.write((run) =>
    run(
      "INSERT INTO tokens (id, digest, owner, label, created_at) VALUES (?, ?, ?, ?, ?)",
      id,
      tokenDigest(token).toString("hex"),
      owner,
      label,
      Date.now(),
    ),
  );
  return { id, token };
}
