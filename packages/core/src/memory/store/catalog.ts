import { nameOf } from "../../catalog/path.js";
import type { Catalog, CatalogEntry } from "../../catalog-entry.js";
import { discard, type MemoryData } from "./memory-data.js";
import { checkAncestors, exists, makeAncestors } from "./places.js";
import { rename } from "./rename.js";

/** `Catalog` over the data; each verb runs at once, so none sees another's half. */
export function catalogVerbs(data: MemoryData, newId: () => string): Catalog {
  const { entries } = data;
  return {
    find: async (owner, path) => entries.at(owner, path) ?? null,
    findById: async (id) => entries.byId(id) ?? null,
    list: async (owner, folder, after, limit) =>
      entries
        .children(owner, folder)
        .filter(({ path }) => after === null || nameOf(path) > after)
        .slice(0, limit),
    makeFolder: async (entry) => makeFolder(data, entry, newId),
    rename: async (id, path) => rename(data, id, path),
    remove: async (id) => remove(data, id),
    usage: async (owner) => data.ledger.of(owner),
  };
}

function makeFolder({ entries }: MemoryData, entry: CatalogEntry, newId: () => string): void {
  const { owner, path } = entry;
  if (path === "/" || entries.at(owner, path) !== undefined) throw exists(path);
  checkAncestors(entries, owner, path);
  makeAncestors(entries, entry, newId);
  entries.put(entry);
}

function remove(data: MemoryData, id: string): void {
  const root = data.entries.byId(id);
  if (root === undefined) return;
  for (const { id: each, owner, object } of data.entries.tree(root)) {
    data.entries.take(each);
    if (object === null) continue;
    discard(data, object);
    data.ledger.move(owner, 0, -object.size);
  }
}
