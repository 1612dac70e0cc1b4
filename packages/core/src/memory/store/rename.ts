import { parentOf } from "../../catalog/path.js";
import type { CatalogEntry } from "../../catalog-entry.js";
import { UploadError } from "../../errors.js";
import type { MemoryData } from "./memory-data.js";
import { checkAncestors, checkNotBusy, exists } from "./places.js";

/** `Catalog.rename`. To its own path it changes nothing; into itself it is refused as a missing parent. */
export function rename(data: MemoryData, id: string, path: string): CatalogEntry {
  const { entries } = data;
  const entry = entries.byId(id);
  if (entry === undefined) throw notThere(id);
  if (entry.path === path) return entry;
  const { owner } = entry;
  if (path === "/" || entries.at(owner, path) !== undefined) throw exists(path);
  checkAncestors(entries, owner, path);
  const parent = parentOf(path);
  const isInside = path.startsWith(`${entry.path}/`);
  if (isInside || (parent !== "/" && entries.at(owner, parent) === undefined)) throw notThere(parent);
  checkNotBusy(data, owner, path, ({ session }) => session.entry?.onConflict === "refuse");
  const moved = entries.tree(entry).map((each) => ({ ...each, path: path + each.path.slice(entry.path.length) }));
  for (const each of moved) entries.put(each);
  return { ...entry, path };
}

function notThere(path: string): UploadError<"ENTRY_NOT_FOUND"> {
  return new UploadError("ENTRY_NOT_FOUND", "no such entry", { path });
}
