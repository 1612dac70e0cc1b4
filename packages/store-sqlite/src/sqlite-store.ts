import { type Catalog, completeRuntime, type Runtime, type SessionStore } from "@stowage/core";
import { type Access, openAccess } from "./access.js";
import { catalogVerbs } from "./catalog/catalog-verbs.js";
import { prepareCatalogReads } from "./catalog/reads.js";
import { type Changes, watchChanges } from "./changes.js";
import { type GroupCommit, groupCommit } from "./commit/group-commit.js";
import { logCheckpoints } from "./commit/log-checkpoints.js";
import { toUploadError } from "./database/failure.js";
import { type Database, type Durability, openDatabase } from "./database/open-database.js";
import { prepareSessionReads } from "./sessions/reads.js";
import { sessionVerbs } from "./sessions/session-verbs.js";
import { prepareWriteVerbs } from "./write-verbs.js";

/** Where the database is and what an acknowledged write survives. */
export interface SqliteStoreOptions {
  /** The database file, on a local disk. It and its directory are made if they are missing; `:memory:` is refused. */
  readonly path: string;
  /**
   * `process`: `kill -9`. `disk`: loss of power as well; each commit is flushed, on a thread that leaves the loop free, and
   * an acknowledgement waits for it.
   */
  readonly durability: Durability;
  /** Clock (pauses while another process writes, polls of `changed`), ids of folders that are made, log. */
  readonly runtime?: Partial<Runtime>;
}

/** What one SQLite file holds: sessions and the catalog, so that both move in one transaction. */
export type SqliteStore = SessionStore & Catalog;

/**
 * Opens a store of sessions and a catalog in one SQLite file. Several processes of one machine may have it open.
 *
 * @throws {UploadError} `OPTIONS_INVALID` also for a database of a newer release or of another program, `BACKEND_*`
 * @example
 * const store = await sqliteStore({ path: "/var/lib/stowage/sessions.db", durability: "process" });
 */
export async function sqliteStore({ path, durability, runtime: given }: SqliteStoreOptions): Promise<SqliteStore> {
  const runtime = completeRuntime(given);
  const database = await openDatabase(path, durability, runtime.clock);
  try {
    const writes = await prepareWriteVerbs(database.writer, runtime.newId);
    const access = await openShared(database, durability, runtime);
    const sessions = sessionVerbs(access, writes, prepareSessionReads(database.reader));
    return { ...sessions, ...catalogVerbs(access, writes, prepareCatalogReads(database.reader)) };
  } catch (error) {
    closeAll(database);
    throw toUploadError(error, "opening the database");
  }
}

async function openShared(database: Database, durability: Durability, { clock, log }: Runtime): Promise<Access> {
  const { writer, checkpointer } = database;
  const checkpoints = logCheckpoints(checkpointer, writer, log);
  const group: GroupCommit = await groupCommit(writer, durability, clock, {
    begun: () => changes.look(),
    committed: () => checkpoints.committed(),
  });
  const changes: Changes = await watchChanges(writer, clock, () => group.isCommitting());
  return openAccess(writer, group, changes, async () => {
    await checkpoints.close();
    closeAll(database);
  });
}

function closeAll({ reader, checkpointer, writer }: Database): void {
  for (const connection of [reader, checkpointer, writer]) connection.close();
}
