import type { EpochMs } from "@stowage/core";
import type { AccountsDatabase } from "../accounts-database.js";

/** An API token, without the secret, which nobody has. */
export interface ListedToken {
  readonly id: string;
  readonly owner: string;
  readonly label: string;
  readonly createdAt: EpochMs;
}

/** Oldest first; `owner` absent: of all. */
export function listTokens(database: AccountsDatabase, owner?: string): readonly ListedToken[] {
  const rows = database.read<{ id: string; owner: string; label: string; created_at: number }>(
    "SELECT id, owner, label, created_at FROM tokens WHERE owner = coalesce(?, owner) ORDER BY created_at, id",
    owner ?? null,
  );
  return rows.map((row) => ({ id: row.id, owner: row.owner, label: row.label, createdAt: row.created_at }));
}
