import type { EpochMs } from "@stowage/core";
import type { AccountsDatabase } from "./accounts-database.js";
import { emailKey } from "./email-key.js";

/** A user of accounts.db. */
export interface StoredUser {
  readonly owner: string;
  readonly email: string;
  readonly nickname: string;
  readonly groups: readonly string[];
  /** Bytes; `null`: that of the groups. */
  readonly quota: number | null;
  readonly isDisabled: boolean;
  readonly createdAt: EpochMs;
}

/** With what nobody outside may see. */
export interface UserWithPassword extends StoredUser {
  readonly password: string;
}

interface Row {
  readonly owner: string;
  readonly email: string;
  readonly nickname: string;
  readonly password: string;
  readonly groups: string;
  readonly quota: number | null;
  readonly disabled: number;
  readonly created_at: number;
}

/** `null`: there is none. */
export function userByOwner(database: AccountsDatabase, owner: string): UserWithPassword | null {
  return first(database.read<Row>("SELECT * FROM users WHERE owner = ?", owner));
}

/** In any case; `null`: there is none. */
export function userByEmail(database: AccountsDatabase, email: string): UserWithPassword | null {
  return first(database.read<Row>("SELECT * FROM users WHERE email_key = ?", emailKey(email)));
}

/** By name. */
export function allUsers(database: AccountsDatabase): readonly UserWithPassword[] {
  return database.read<Row>("SELECT * FROM users ORDER BY owner").map(asUser);
}

function first(rows: readonly Row[]): UserWithPassword | null {
  return rows[0] === undefined ? null : asUser(rows[0]);
}

function asUser({ owner, email, nickname, password, groups, quota, disabled, created_at }: Row): UserWithPassword {
  return {
    owner,
    email,
    nickname,
    password,
    groups: JSON.parse(groups) as string[],
    quota,
    isDisabled: disabled !== 0,
    createdAt: created_at,
  };
}
