import { chmod, mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UploadError } from "@stowage/core";
import SyncDatabase from "libsql";

/** What can be bound to a `?`. */
export type Value = string | number | null;

/** Users, their tokens and what was revoked, in one SQLite file. Any number of processes of one machine may have it open. */
export interface AccountsDatabase {
  /** Sees what any process has committed; takes some tens of microseconds. Rows carry a field of libsql's, so are never spread. */
  read<Row>(sql: string, ...values: readonly Value[]): readonly Row[];
  /**
   * Runs the statements of `transaction` in one transaction, which nothing comes between; it may run again where another
   * process was writing. Resolves when it is on the disk. What it throws undoes it.
   *
   * @throws {UploadError} `BACKEND_UNAVAILABLE` where others write for ten seconds
   */
  write<Result>(transaction: (run: Run) => Result): Promise<Result>;
  close(): void;
}

/** Runs one statement that changes something; returns how many rows it changed. */
export type Run = (sql: string, ...values: readonly Value[]) => number;

// libsql's typings say `any`; this says what is used of it. Values always go as one array.
interface Libsql {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
}
interface Statement {
  all(values: readonly Value[]): unknown[];
  run(values: readonly Value[]): { readonly changes: number };
}

/** "Acct": somebody else's database is never migrated. */
const applicationId = 0x41636374;
const version = 1;
const patienceMs = 10_000;
const schema = `
  CREATE TABLE users (
    owner TEXT PRIMARY KEY, email TEXT NOT NULL, email_key TEXT NOT NULL UNIQUE, nickname TEXT NOT NULL,
    password TEXT NOT NULL, groups TEXT NOT NULL, quota INTEGER, disabled INTEGER NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, label TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tokens_of_owner ON tokens (owner);
  CREATE TABLE revoked (token_id TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT;
  CREATE INDEX revoked_until ON revoked (until);
`;

/**
 * Opens the file, made with mode 0600 where it is missing, and brings it to this release's schema.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a file of a newer release or of another program; Node's errors for the folder
 */
export async function openAccountsDatabase(path: string): Promise<AccountsDatabase> {
  const file = resolve(path);
  await makeFile(file);
  const database = new SyncDatabase(file, { timeout: 0 }) as unknown as Libsql;
  try {
    await whenFree(() => database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
    await whenFree(() => inTransaction(database, () => migrate(database, file)));
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const run: Run = (sql, ...values) => prepare(sql).run(values).changes;
  return {
    read: <Row>(sql: string, ...values: readonly Value[]) => prepare(sql).all(values) as Row[],
    write: (transaction) => whenFree(() => inTransaction(database, () => transaction(run))),
    close: () => database.close(),
  };
}

function inTransaction<Result>(database: Libsql, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      database.exec("ROLLBACK");
    } catch {
      // Some errors roll back by themselves.
    }
    throw error;
  }
}

function migrate(database: Libsql, file: string): void {
  const [found] = database
    .prepare(
      `SELECT (SELECT application_id FROM pragma_application_id) AS application,
              (SELECT user_version FROM pragma_user_version) AS version,
              (SELECT count(*) FROM sqlite_master) AS tables`,
    )
    .all([]) as { readonly application: number; readonly version: number; readonly tables: number }[];
  if (found === undefined || found.tables === 0) {
    database.exec(`${schema} PRAGMA user_version = ${version}; PRAGMA application_id = ${applicationId};`);
    return;
  }
  if (found.application !== applicationId) throw refused(`${file} belongs to another program`);
  if (found.version > version) throw refused(`${file} was made by a newer release`);
}

/** Another process writes for milliseconds; the loop is free meanwhile. */
async function whenFree<Result>(attempt: () => Result): Promise<Result> {
  for (let waited = 0; ;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (waited >= patienceMs) {
        const fact = "the accounts are being written to by another process";
        throw new UploadError("BACKEND_UNAVAILABLE", fact, { driver: "accounts" }, { retry: "same", cause: error });
      }
    }
    const pause = 1 + Math.floor(Math.random() * 20);
    waited += pause;
    await sleep(pause);
  }
}

/** `SQLITE_BUSY` and `SQLITE_LOCKED`, extended or not. */
function isBusy(error: unknown): boolean {
  const { rawCode } = (error ?? {}) as { readonly rawCode?: number };
  return rawCode !== undefined && [5, 6].includes(rawCode & 0xff);
}

/** A file that is there is never opened here: closing it would drop the locks that SQLite has on it in this process. */
async function makeFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    const made = await open(file, "wx", 0o600);
    await made.close();
    await chmod(file, 0o600);
  } catch (error) {
    if (typeof error !== "object" || error === null || !("code" in error) || error.code !== "EEXIST") throw error;
  }
}

function refused(issue: string): UploadError<"OPTIONS_INVALID"> {
  return new UploadError("OPTIONS_INVALID", issue, { driver: "accounts", issues: [issue] });
}
