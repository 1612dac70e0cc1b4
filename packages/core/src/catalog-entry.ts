import type { Checksum } from "./bytes.js";
import type { CallOptions, EpochMs } from "./runtime.js";
import type { ObjectRef } from "./object-ref.js";

/** A user's file or folder: a path that names an object. Implemented by the stores beside `SessionStore`. */
export interface CatalogEntry {
  /** Stays when the content is replaced. */
  readonly id: string;
  /** Changes whenever the content does: the id of the session that wrote it. A folder has its own id here. */
  readonly version: string;
  readonly owner: string;
  /** Normalized: absolute, `/` between names, none at the end. The root has no entry. */
  readonly path: string;
  /** `null`: a folder. */
  readonly object: (ObjectRef & { readonly size: number; readonly checksum?: Checksum }) | null;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: EpochMs;
  readonly modifiedAt: EpochMs;
}

export interface Catalog {
  find(owner: string, path: string, options: CallOptions): Promise<CatalogEntry | null>;
  findById(id: string, options: CallOptions): Promise<CatalogEntry | null>;
  /** Direct children in the order of their names (by code unit), after the name given. `/` is the root. */
  list(
    owner: string,
    folder: string,
    after: string | null,
    limit: number,
    options: CallOptions,
  ): Promise<readonly CatalogEntry[]>;
  /** Missing ancestors are made. @throws {UploadError} `OBJECT_EXISTS` also where an ancestor is a file */
  makeFolder(entry: CatalogEntry, options: CallOptions): Promise<void>;
  /**
   * A folder takes everything under it along. `PATH_BUSY` where an unfinished upload has reserved the new path.
   * @throws {UploadError} `OBJECT_EXISTS`, `PATH_BUSY`, `ENTRY_NOT_FOUND` (also for a missing new parent)
   */
  rename(id: string, path: string, options: CallOptions): Promise<CatalogEntry>;
  /** With everything under it; their keys become garbage in the same transaction. Idempotent. */
  remove(id: string, options: CallOptions): Promise<void>;
  usage(owner: string, options: CallOptions): Promise<{ readonly reserved: number; readonly stored: number }>;
}
