import type { CatalogEntry, ChecksumAlgorithm } from "@stowage/core";
import { nameOf, parentOf } from "@stowage/core/catalog";
import type { Value } from "../database/connection.js";

/** A stored entry. `policy` is null for a folder, and then so are `key` and `size`. */
export interface EntryRow {
  readonly id: string;
  readonly version: string;
  readonly owner: string;
  readonly path: string;
  readonly policy: string | null;
  readonly key: string | null;
  readonly size: number | null;
  readonly algorithm: ChecksumAlgorithm | null;
  readonly checksum: string | null;
  readonly type: string;
  readonly metadata: string;
  readonly created_at: number;
  readonly modified_at: number;
}

/** Ends before its WHERE. */
export const selectEntries = `
  SELECT id, version, owner, path, policy, key, size, algorithm, checksum, type, metadata, created_at, modified_at
    FROM entries`;

export function entryOf(row: EntryRow): CatalogEntry {
  const { id, version, owner, path, type, metadata, created_at, modified_at } = row;
  return {
    id,
    version,
    owner,
    path,
    object: objectOf(row),
    contentType: type,
    metadata: JSON.parse(metadata) as CatalogEntry["metadata"],
    createdAt: created_at,
    modifiedAt: modified_at,
  };
}

function objectOf({ policy, key, size, algorithm, checksum }: EntryRow): CatalogEntry["object"] {
  if (policy === null || key === null || size === null) return null;
  const object = { policyId: policy, key, size };
  return algorithm === null || checksum === null ? object : { ...object, checksum: { algorithm, value: checksum } };
}

/** In the order of `insertEntry`. */
export function valuesOf(entry: CatalogEntry): readonly Value[] {
  const { object } = entry;
  return [
    entry.id,
    entry.version,
    entry.owner,
    entry.path,
    parentOf(entry.path),
    nameOrder(nameOf(entry.path)),
    object?.policyId ?? null,
    object?.key ?? null,
    object?.size ?? null,
    object?.checksum?.algorithm ?? null,
    object?.checksum?.value ?? null,
    entry.contentType,
    JSON.stringify(entry.metadata),
    entry.createdAt,
    entry.modifiedAt,
  ];
}

/** See `valuesOf`. */
export const insertEntry = `
  INSERT INTO entries (id, version, owner, path, parent, name_order, policy, key, size, algorithm, checksum,
                       type, metadata, created_at, modified_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Bytes that compare as the code units of the name do: UTF-16 with the high byte first. SQLite compares UTF-8, which sorts otherwise beyond U+FFFF. */
export function nameOrder(name: string): Uint8Array {
  return Buffer.from(name, "utf16le").swap16();
}

/** All paths under a folder are `>= from` and `< before`, whatever characters they have: `0` follows `/`. */
export function under(folder: string): { readonly from: string; readonly before: string } {
  return { from: `${folder}/`, before: `${folder}0` };
}
