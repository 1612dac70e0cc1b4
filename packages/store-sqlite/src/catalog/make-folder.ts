import type { CatalogEntry } from "@stowage/core";
import type { Writer } from "../database/connection.js";
import { insertEntry, valuesOf } from "./entry-row.js";
import { exists, type Places } from "./places.js";

/** `Catalog.makeFolder`, within a transaction. */
export type MakeFolder = (entry: CatalogEntry) => void;

/** Makes the folders at these paths, outermost first, for an entry that is to lie in them: its owner and instant. */
export type MakeFolders = (entry: CatalogEntry, paths: readonly string[]) => void;

/** Prepares its statement. */
export async function prepareMakeFolders(writer: Writer, newId: () => string): Promise<MakeFolders> {
  const put = await writer.prepare(insertEntry);
  return ({ owner, createdAt }, paths) => {
    for (const path of paths) {
      const id = newId();
      const made = { id, version: id, owner, path, object: null, createdAt, modifiedAt: createdAt };
      put.run(...valuesOf({ ...made, contentType: "", metadata: {} }));
    }
  };
}

/** Prepares its statement. */
export async function prepareMakeFolder(writer: Writer, places: Places, makeFolders: MakeFolders): Promise<MakeFolder> {
  const put = await writer.prepare(insertEntry);
  return (entry) => {
    const { owner, path } = entry;
    const missing = places.missingFolders(owner, path);
    if (places.at(owner, path) !== undefined) throw exists(path);
    makeFolders(entry, missing);
    put.run(...valuesOf(entry));
  };
}
