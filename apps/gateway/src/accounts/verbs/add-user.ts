import { namePattern, nameRule } from "../../config/name.js";
import type { AccountsDatabase } from "../accounts-database.js";
import { emailKey } from "../email-key.js";
import { hashPassword, isAcceptablePassword } from "../password-hash.js";
import { refusal } from "./refusal.js";

/** Somebody who is to sign in. */
export interface NewUser {
  /** Owns the files; never changes. */
  readonly owner: string;
  readonly email: string;
  /** 8 characters to 1024 bytes; kept as a hash only. */
  readonly password: string;
  /** Default: the owner's name. */
  readonly nickname?: string;
  readonly groups?: readonly string[];
  /** Bytes; absent: that of the groups. */
  readonly quota?: number;
}

/**
 * Adds a user; a running gateway knows him with the next request. A user of the configuration file with the same name or
 * email wins over him.
 *
 * @throws {UploadError} `OPTIONS_INVALID` with all that is wrong, also where the name or the email is taken
 */
export async function addUser(database: AccountsDatabase, user: NewUser): Promise<void> {
  const { owner, email, password, nickname = owner, groups = [], quota = null } = user;
  const issues = [...issuesOf(user)];
  if (issues.length > 0) throw refusal(...issues);
  const hash = await hashPassword(password);
  const values = [owner, email.trim(), emailKey(email), nickname, hash, JSON.stringify(groups), quota, Date.now()];
  await database.write((run) => {
    if (database.read("SELECT 1 FROM users WHERE owner = ?", owner).length > 0) throw refusal(`${owner}: taken`);
    if (database.read("SELECT 1 FROM users WHERE email_key = ?", emailKey(email)).length > 0)
      throw refusal("email: another user has it");
    run(
      `INSERT INTO users (owner, email, email_key, nickname, password, groups, quota, disabled, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)`,
      ...values,
    );
  });
}

function* issuesOf({ owner, email, password, nickname, groups = [], quota = 0 }: NewUser): Generator<string> {
  if (!namePattern.test(owner)) yield `name: ${nameRule}`;
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) yield "email: not an email address";
  if (!isAcceptablePassword(password)) yield "password: not of 8 characters to 1024 bytes";
  if (nickname === "") yield "nickname: empty";
  for (const group of groups) if (!namePattern.test(group)) yield `group: ${nameRule}`;
  if (!Number.isSafeInteger(quota) || quota < 0) yield "quota: not a size in bytes";
}
