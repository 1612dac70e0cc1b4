import { parentOf } from "../../catalog/path.js";
import type { CatalogEntry } from "../../catalog-entry.js";

/** The entries of all owners, found by id and by place. */
export interface Entries {
  byId(id: string): CatalogEntry | undefined;
  at(owner: string, path: string): CatalogEntry | undefined;
  /** Direct children of a folder, in the order of their paths by code unit. */
  children(owner: string, folder: string): readonly CatalogEntry[];
  /** An entry and everything under it. */
  tree(root: CatalogEntry): readonly CatalogEntry[];
  /** In place of the entry with this id, wherever that was. */
  put(entry: CatalogEntry): void;
  take(id: string): void;
}

/** Empty. */
export function entries(): Entries {
  const ids = new Map<string, CatalogEntry>();
  const owners = new Map<string, Map<string, CatalogEntry>>();
  const take = (id: string): void => {
    const entry = ids.get(id);
    if (entry === undefined) return;
    ids.delete(id);
    owners.get(entry.owner)?.delete(entry.path);
  };
  const all = (owner: string): readonly CatalogEntry[] => [...(owners.get(owner)?.values() ?? [])];
  return {
    byId: (id) => ids.get(id),
    at: (owner, path) => owners.get(owner)?.get(path),
    children: (owner, folder) =>
      all(owner)
        .filter(({ path }) => parentOf(path) === folder)
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    tree: (root) => [root, ...all(root.owner).filter(({ path }) => path.startsWith(`${root.path}/`))],
    put: (entry) => {
      take(entry.id);
      ids.set(entry.id, entry);
      const places = owners.get(entry.owner) ?? new Map<string, CatalogEntry>();
      places.set(entry.path, entry);
      owners.set(entry.owner, places);
    },
    take,
  };
}
