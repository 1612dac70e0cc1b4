import { type EntryDraft, UploadError } from "@stowage/core";
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
  /**
   * Whether an upload may be published there; returns the file that it would replace.
   * @throws {UploadError} `OBJECT_EXISTS`, `VERSION_CONFLICT`
   */
  check(owner: string, draft: EntryDraft): EntryRow | undefined;
}

/** Prepares its statements. */
export async function preparePlaces(writer: Writer): Promise<Places> {
  const byPath = await writer.prepare<EntryRow>(`${selectEntries} WHERE owner = ? AND path = ?`);
  const byId = await writer.prepare<EntryRow>(`${selectEntries} WHERE id = ?`);
  const missingFolders = (owner: string, path: string): readonly string[] => {
    const missing: string[] = [];
    // Every entry has all its folders, so the nearest one that is there decides.
    for (let folder = parentOf(path); folder !== "/"; folder = parentOf(folder)) {
      const found = byPath.get(owner, folder);
      if (found === undefined) missing.unshift(folder);
      else if (isFolder(found)) break;
      else throw exists(folder);
    }
    return missing;
  };
  return {
    at: (owner, path) => byPath.get(owner, path),
    byId: (id) => byId.get(id),
    missingFolders,
    check: (owner, { path, onConflict, replaces }) => {
      missingFolders(owner, path);
      const there = byPath.get(owner, path);
      if (there !== undefined && isFolder(there)) throw exists(path);
      if (replaces !== undefined && there?.version !== replaces) {
        throw new UploadError("VERSION_CONFLICT", "another version is at the path", { path });
      }
      if (onConflict === "refuse" && there !== undefined) throw exists(path);
      return there;
    },
  };
}

export function exists(path: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", "the path is taken", { path });
}

export function isFolder(row: EntryRow): boolean {
  return row.policy === null;
}
