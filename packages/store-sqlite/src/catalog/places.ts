import { type EntryDraft, UploadError } from "@stowage/core";
import { parentOf } from "@stowage/core/catalog";
import type { Writer } from "../database/connection.js";
import { type EntryRow, selectEntries } from "./entry-row.js";

/** What writes must know of the entry at a path. */
export type Occupant = Pick<EntryRow, "id" | "version" | "policy" | "key" | "size" | "created_at">;

/** Where an upload may be published. */
export interface Place {
  /** The file that it would replace. */
  readonly replaced: Occupant | undefined;
  /** The folders above it that are not there, outermost first. */
  readonly missing: readonly string[];
}

/** What lies where, as writes must know it before they change anything. */
export interface Places {
  at(owner: string, path: string): Occupant | undefined;
  byId(id: string): EntryRow | undefined;
  /**
   * The folders above a path that are not there, outermost first.
   * @throws {UploadError} `OBJECT_EXISTS` naming the ancestor that is a file
   */
  missingFolders(owner: string, path: string): readonly string[];
  /**
   * Whether an upload may be published there.
   * @throws {UploadError} `OBJECT_EXISTS`, `VERSION_CONFLICT`
   */
  check(owner: string, draft: EntryDraft): Place;
}

/** Prepares its statements. */
export async function preparePlaces(writer: Writer): Promise<Places> {
  // Rows are made column by column, so these have no more than is looked at.
  const byPath = await writer.prepare<Occupant>(
    "SELECT id, version, policy, key, size, created_at FROM entries WHERE owner = ? AND path = ?",
  );
  const kindOf = await writer.prepare<Pick<EntryRow, "policy">>(
    "SELECT policy FROM entries WHERE owner = ? AND path = ?",
  );
  const byId = await writer.prepare<EntryRow>(`${selectEntries} WHERE id = ?`);
  const missingFolders = (owner: string, path: string): readonly string[] => {
    const missing: string[] = [];
    // Every entry has all its folders, so the nearest one that is there decides.
    for (let folder = parentOf(path); folder !== "/"; folder = parentOf(folder)) {
      const found = kindOf.get(owner, folder);
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
      const missing = missingFolders(owner, path);
      const there = byPath.get(owner, path);
      if (there !== undefined && isFolder(there)) throw exists(path);
      if (replaces !== undefined && there?.version !== replaces) {
        throw new UploadError("VERSION_CONFLICT", "another version is at the path", { path });
      }
      if (onConflict === "refuse" && there !== undefined) throw exists(path);
      return { replaced: there, missing };
    },
  };
}

export function exists(path: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", "the path is taken", { path });
}

export function isFolder(row: Pick<EntryRow, "policy">): boolean {
  return row.policy === null;
}
