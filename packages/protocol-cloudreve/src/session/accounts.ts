import type { CallOptions, EpochMs } from "@stowage/core";

/** A person who signs in with a password. */
export interface Account {
  /** The engine's owner of all that the account has; stable, also when email and nickname change. */
  readonly owner: string;
  /** As the person wrote it first; `signIn` decides which spellings are the same. */
  readonly email: string;
  /** What clients show. */
  readonly nickname: string;
  /** The caller's groups, which routing, quota and policies go by. */
  readonly groups: readonly string[];
  readonly createdAt: EpochMs;
  /** Changes with the password: refresh tokens die with it. Never leaves the process in clear. */
  readonly stamp: string;
}

/** What became of an attempt to sign in. */
export type SignIn =
  | { readonly kind: "known"; readonly account: Account }
  /** Wrong email or password: which one must show neither in the answer nor in the time that it takes. */
  | { readonly kind: "refused" }
  /** Too many wrong passwords lately; this one was not looked at. */
  | { readonly kind: "slowed"; readonly retryAfterMs: number }
  /** The password is right, the account may not be used. */
  | { readonly kind: "disabled" };

/** Who has an account; whoever composes the server implements it. Must be safe for several processes. */
export interface Accounts {
  /** `peer`: address of the other end, for slowing guesses down; `null` where the platform does not tell. */
  signIn(email: string, password: string, peer: string | null, options: CallOptions): Promise<SignIn>;
  /** `null`: unknown, removed or disabled. Asked at each request, but for a few seconds of memory. */
  findByOwner(owner: string, options: CallOptions): Promise<Account | null>;
  /** For the sign-in page, which asks for the password only then. A disabled account may be either. */
  hasEmail(email: string, options: CallOptions): Promise<boolean>;
  /**
   * No token with this id counts any more. Durable, and shared by all who share the accounts; may be forgotten after
   * `until`, when the token would have expired anyway. Idempotent.
   */
  revoke(tokenId: string, until: EpochMs, options: CallOptions): Promise<void>;
  isRevoked(tokenId: string, options: CallOptions): Promise<boolean>;
}
