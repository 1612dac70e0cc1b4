import { type CatalogEntry, UploadError } from "@stowage/core";
import { nameOf, parentOf } from "@stowage/core/catalog";
import type { Writer } from "../database/connection.js";
import { pathBusy } from "../sessions/refusals.js";
import { entryOf, nameOrder, under } from "./entry-row.js";
import { exists, isFolder, type Places } from "./places.js";

/** `Catalog.rename`, within a transaction. */
export type Rename = (id: string, path: string) => CatalogEntry;

/** Prepares its statements. */
export async function prepareRename(writer: Writer, places: Places): Promise<Rename> {
  const reserved = await writer.prepare<{ id: string }>(
    `SELECT id FROM sessions WHERE owner = ? AND path = ? AND refuses = 1
        AND path IS NOT NULL AND state NOT IN ('completed', 'aborted') AND state <> 'aborting' LIMIT 1`,
  );
  const move = await writer.prepare("UPDATE entries SET path = ?, parent = ?, name_order = ? WHERE id = ?");
  const moveUnder = await writer.prepare(
    `UPDATE entries SET path = ?2 || substr(path, length(?1) + 1), parent = ?2 || substr(parent, length(?1) + 1)
      WHERE owner = ?3 AND path >= ?4 AND path < ?5`,
  );

  return (id, path) => {
    const entry = places.byId(id);
    if (entry === undefined) throw notThere(id);
    const { owner } = entry;
    if (path === entry.path) return entryOf(entry);
    const { from, before } = under(entry.path);
    const parent = parentOf(path);
    if (path === "/" || places.at(owner, path) !== undefined) throw exists(path);
    // A folder cannot move into itself: once it is taken away its new parent is gone.
    if (places.missingFolders(owner, path).length > 0 || path.startsWith(from)) throw notThere(parent);
    const upload = reserved.get(owner, path);
    if (upload !== undefined) throw pathBusy(path, upload.id);
    move.run(path, parent, nameOrder(nameOf(path)), id);
    if (isFolder(entry)) moveUnder.run(entry.path, path, owner, from, before);
    return entryOf({ ...entry, path });
  };
}

function notThere(path: string): UploadError<"ENTRY_NOT_FOUND"> {
  return new UploadError("ENTRY_NOT_FOUND", "no such entry", { path });
}
