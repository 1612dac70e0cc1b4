import { UploadError } from "@stowage/core";
import { parentOf } from "@stowage/core/catalog";
import type { Writer } from "../database/connection.js";
import { type EntryRow, selectEntries } from "./entry-row.js";

/** What lies where, as writes must know it before they change anything. */
export interface Places {
  at(owner: string, path: string): EntryRow | undefined;
  byId(id: string): EntryRow | undefined;
  /**
   * The folders above a path that are not there, outermost first.
   * @throws {UploadError} `OBJECT_EXISTS` naming the ancestor that is a file
   */
  missingFolders(owner: string, path: string): readonly string[];
}

/** Prepares its statements. */
export async function preparePlaces(writer: Writer): Promise<Places> {
  const byPath = await writer.prepare<EntryRow>(`${selectEntries} WHERE owner = ? AND path = ?`);
  const byId = await writer.prepare<EntryRow>(`${selectEntries} WHERE id = ?`);
  return {
    at: (owner, path) => byPath.get(owner, path),
    byId: (id) => byId.get(id),
    missingFolders: (owner, path) => {
      const missing: string[] = [];
      // Every entry has all its folders, so the nearest one that is there decides.
      for (let folder = parentOf(path); folder !== "/"; folder = parentOf(folder)) {
        const found = byPath.get(owner, folder);
        if (found === undefined) missing.unshift(folder);
        else if (found.policy !== null) throw exists(folder);
        else break;
      }
      return missing;
    },
  };
}

export function exists(path: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", "the path is taken", { path });
}

export function isFolder(row: EntryRow): boolean {
  return row.policy === null;
}
