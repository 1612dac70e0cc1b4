import type { Writer } from "../database/connection.js";
import { under } from "./entry-row.js";
import type { Ledger } from "./ledger.js";
import type { Places } from "./places.js";

/** `Catalog.remove`, within a transaction. */
export type Remove = (id: string) => void;

/** Prepares its statements. */
export async function prepareRemove(writer: Writer, places: Places, ledger: Ledger): Promise<Remove> {
  const subtree = "owner = ?1 AND (path = ?2 OR (path >= ?3 AND path < ?4))";
  const size = await writer.prepare<{ size: number }>(
    `SELECT coalesce(sum(size), 0) AS size FROM entries WHERE ${subtree}`,
  );
  const discard = await writer.prepare(
    `INSERT OR IGNORE INTO garbage (policy, key)
     SELECT policy, key FROM entries WHERE ${subtree} AND policy IS NOT NULL ORDER BY path`,
  );
  const remove = await writer.prepare(`DELETE FROM entries WHERE ${subtree}`);

  return (id) => {
    const entry = places.byId(id);
    if (entry === undefined) return;
    const { owner, path } = entry;
    const { from, before } = under(path);
    const values = [owner, path, from, before] as const;
    const stored = size.get(...values)?.size ?? 0;
    discard.run(...values);
    remove.run(...values);
    ledger.move(owner, 0, -stored);
  };
}
