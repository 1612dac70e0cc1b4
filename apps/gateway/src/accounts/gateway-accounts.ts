import { createHash } from "node:crypto";
import type { Clock } from "@stowage/core";
import type { Account, Accounts, SignIn } from "@stowage/protocol-cloudreve";
import type { UsersSettings } from "../config/sections/people.js";
import type { AccountsDatabase } from "./accounts-database.js";
import { isLoopback } from "../identity/loopback.js";
import { emailKey } from "./email-key.js";
import { isPasswordQueueFull, verifyPassword } from "./password-hash.js";
import { userByEmail, userByOwner } from "./stored-user.js";
import type { UserWithPassword } from "./stored-user.js";
import { wrongPasswords } from "./wrong-passwords.js";

const crowdedRetryMs = 2_000;

/** Where accounts come from: the configuration file first, then the database. */
export interface AccountSources {
  readonly users: UsersSettings;
  readonly database: AccountsDatabase;
  readonly clock: Pick<Clock, "now">;
  /** All come from the proxy's address then, and one who guesses must not keep the others from signing in. */
  readonly isBehindProxy?: boolean;
}

/** The users of the file and of the database as front-ends see them. Nothing is kept of the database but its connection. */
export function gatewayAccounts({ users, database, clock, isBehindProxy = false }: AccountSources): Accounts {
  const fixed = Object.entries(users).map(([owner, user]) => fromFile(owner, user));
  const byOwner = new Map(fixed.map((user) => [user.owner, user]));
  const byEmail = new Map(fixed.map((user) => [emailKey(user.email), user]));
  const find = (email: string): UserWithPassword | null => {
    const stored = byEmail.get(emailKey(email)) ?? userByEmail(database, email);
    // The file's user of that name is another person.
    return stored !== null && (byOwner.get(stored.owner) ?? stored) === stored ? stored : null;
  };
  const guesses = wrongPasswords(clock);
  return {
    signIn: async (email, password, peer): Promise<SignIn> => {
      if (isPasswordQueueFull()) return { kind: "slowed", retryAfterMs: crowdedRetryMs };
      const attempt = guesses.begin(emailKey(email), isBehindProxy || peer === null || isLoopback(peer) ? null : peer);
      if (typeof attempt === "number") return { kind: "slowed", retryAfterMs: attempt };
      const user = find(email);
      const isRight = await verifyPassword(password, user?.password ?? null);
      if (!isRight || user === null) return { kind: "refused" };
      attempt();
      return user.isDisabled ? { kind: "disabled" } : { kind: "known", account: accountOf(user) };
    },
    findByOwner: async (owner) => {
      const user = byOwner.get(owner) ?? userByOwner(database, owner);
      return user === null || user.isDisabled ? null : accountOf(user);
    },
    hasEmail: async (email) => find(email) !== null,
    revoke: async (tokenId, until) => {
      await database.write((run) => {
        run("DELETE FROM revoked WHERE until < ?", clock.now());
        run("INSERT INTO revoked (token_id, until) VALUES (?, ?) ON CONFLICT DO NOTHING", tokenId, until);
      });
    },
    isRevoked: async (tokenId) => database.read("SELECT 1 FROM revoked WHERE token_id = ?", tokenId).length > 0,
  };
}

function fromFile(owner: string, user: UsersSettings[string]): UserWithPassword {
  const { email, password, groups, quota = null, nickname = owner, disabled } = user;
  // Nobody wrote down when.
  return { owner, email, password, groups, quota, nickname, isDisabled: disabled, createdAt: 0 };
}

function accountOf({ owner, email, nickname, groups, createdAt, password }: UserWithPassword): Account {
  const stamp = createHash("sha256").update(password).digest("base64url");
  return { owner, email, nickname, groups, createdAt, stamp };
}
