import type { CatalogEntry } from "@stowage/core";
import type { Reader } from "../database/connection.js";
import { entryOf, type EntryRow, nameOrder, selectEntries } from "./entry-row.js";

/** The reading verbs of `Catalog`. Each is one statement, hence of one instant. */
export interface CatalogReads {
  find(owner: string, path: string): CatalogEntry | null;
  findById(id: string): CatalogEntry | null;
  list(owner: string, folder: string, after: string | null, limit: number): readonly CatalogEntry[];
  usage(owner: string): { readonly reserved: number; readonly stored: number };
}

/** Prepares its statements. */
export function prepareCatalogReads(reader: Reader): CatalogReads {
  const byPath = reader.prepare<EntryRow>(`${selectEntries} WHERE owner = ? AND path = ?`);
  const byId = reader.prepare<EntryRow>(`${selectEntries} WHERE id = ?`);
  const children = reader.prepare<EntryRow>(
    `${selectEntries} WHERE owner = ? AND parent = ? AND name_order > ? ORDER BY name_order LIMIT ?`,
  );
  const usage = reader.prepare<{ reserved: number; stored: number }>(
    "SELECT reserved, stored FROM usage WHERE owner = ?",
  );
  const orNull = (row: EntryRow | undefined): CatalogEntry | null => (row === undefined ? null : entryOf(row));

  return {
    find: (owner, path) => orNull(byPath.get(owner, path)),
    findById: (id) => orNull(byId.get(id)),
    list: (owner, folder, after, limit) => children.all(owner, folder, nameOrder(after ?? ""), limit).map(entryOf),
    usage: (owner) => {
      const { reserved, stored } = usage.get(owner) ?? { reserved: 0, stored: 0 };
      return { reserved, stored };
    },
  };
}
