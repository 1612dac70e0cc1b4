import { ancestorsOf } from "../../catalog/path.js";
import type { CatalogEntry } from "../../catalog-entry.js";
import { UploadError } from "../../errors.js";
import type { EntryDraft } from "../../session.js";
import type { Entries } from "./entries.js";
import type { MemoryData, SessionRecord } from "./memory-data.js";

/**
 * Whether an upload may be published at its path, as the catalog is now.
 *
 * @throws {UploadError} `OBJECT_EXISTS`, `VERSION_CONFLICT`
 */
export function checkPlace(entries: Entries, owner: string, { path, onConflict, replaces }: EntryDraft): void {
  const there = entries.at(owner, path);
  if (there?.object === null) throw exists(path);
  checkAncestors(entries, owner, path);
  if (replaces !== undefined && there?.version !== replaces)
    throw new UploadError("VERSION_CONFLICT", "another version is at the path", { path });
  if (onConflict === "refuse" && there !== undefined) throw exists(path);
}

/** @throws {UploadError} `OBJECT_EXISTS` naming the ancestor that is a file */
export function checkAncestors(entries: Entries, owner: string, path: string): void {
  for (const ancestor of ancestorsOf(path)) {
    if ((entries.at(owner, ancestor)?.object ?? null) !== null) throw exists(ancestor);
  }
}

/** Makes the ancestors that an entry lacks, as old as itself. */
export function makeAncestors(entries: Entries, entry: CatalogEntry, newId: () => string): void {
  const { owner, path, createdAt } = entry;
  for (const ancestor of ancestorsOf(path)) {
    if (entries.at(owner, ancestor) !== undefined) continue;
    const id = newId();
    const times = { createdAt, modifiedAt: createdAt };
    entries.put({ id, version: id, owner, path: ancestor, object: null, contentType: "", metadata: {}, ...times });
  }
}

/**
 * Whether an upload of the owner that may still be published aims at the path.
 *
 * @throws {UploadError} `PATH_BUSY`
 */
export function checkNotBusy(
  { sessions }: MemoryData,
  owner: string,
  path: string,
  counts: (record: SessionRecord) => boolean = () => true,
): void {
  for (const record of sessions.values()) {
    const { id, owner: other, entry, state } = record.session;
    const mayPublish = state !== "completed" && state !== "aborting" && state !== "aborted";
    if (mayPublish && other === owner && entry?.path === path && counts(record))
      throw new UploadError("PATH_BUSY", "an unfinished upload aims at the path", { path, sessionId: id });
  }
}

/** Something is at the path that may not be replaced. */
export function exists(path: string): UploadError<"OBJECT_EXISTS"> {
  return new UploadError("OBJECT_EXISTS", "something is at the path", { path });
}
