import AsyncDatabase from "libsql/promise";
import SyncDatabase from "libsql";

/** What can be bound to a `?`. libsql stores a whole number in an INTEGER column as an integer, exact up to 2^53. */
export type Value = string | number | null | Uint8Array;

/** A prepared statement of the writer. Each call runs to its end before it returns, so it never holds a snapshot open. */
export interface WriterStatement<Row> {
  /** The first row; it also carries libsql's own `_metadata`, so rows are never spread or serialized. */
  get(...values: readonly Value[]): Row | undefined;
  /** How many rows changed. */
  run(...values: readonly Value[]): number;
}

/** A prepared statement of the reader. */
export interface ReaderStatement<Row> {
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): readonly Row[];
}

/** The one connection that writes. Statements run in the loop; `exec` runs on a thread of libsql and leaves the loop free. */
export interface Writer {
  /** `Row` is what the caller knows of its own SQL; nothing checks it. */
  prepare<Row = unknown>(sql: string): Promise<WriterStatement<Row>>;
  exec(sql: string): Promise<void>;
  /** Rows changed by `run` so far: tells whether an operation that failed had begun to write. */
  changedRows(): number;
  /** Whether a BEGIN has had neither its COMMIT nor its ROLLBACK; some errors roll back by themselves. */
  isInTransaction(): boolean;
  close(): void;
}

/** A connection that only reads: it sees what is committed, and no writer stops it. */
export interface Reader {
  prepare<Row>(sql: string): ReaderStatement<Row>;
  close(): void;
}

// libsql's typings say `any` or too little; these say what is used of it. Values always go as one array: a
// lone Uint8Array would be taken for named parameters, and ends the process.
interface LibsqlStatement {
  get(values: readonly Value[]): unknown;
  run(values: readonly Value[]): { readonly changes: number };
  all(values: readonly Value[]): unknown[];
}
interface LibsqlAsync {
  readonly inTransaction: boolean;
  prepare(sql: string): Promise<Omit<LibsqlStatement, "all">>;
  exec(sql: string): Promise<void>;
  close(): void;
}
interface LibsqlSync {
  prepare(sql: string): LibsqlStatement;
  close(): void;
}

/** Opens the file; it must be there. Never waits for another writer: `SQLITE_BUSY` comes at once. */
export function openWriter(path: string): Writer {
  const database = new AsyncDatabase(path, { timeout: 0 }) as unknown as LibsqlAsync;
  let changedRows = 0;
  return {
    async prepare<Row>(sql: string): Promise<WriterStatement<Row>> {
      const statement = await database.prepare(sql);
      return {
        get: (...values) => statement.get(values) as Row | undefined,
        run: (...values) => {
          const { changes } = statement.run(values);
          changedRows += changes;
          return changes;
        },
      };
    },
    exec: (sql) => database.exec(sql),
    changedRows: () => changedRows,
    isInTransaction: () => database.inTransaction,
    close: () => database.close(),
  };
}

/** `busyMs`: readers wait in write-ahead mode only while another process recovers the log after a crash. */
export function openReader(path: string, busyMs: number): Reader {
  const database = new SyncDatabase(path, { timeout: busyMs }) as unknown as LibsqlSync;
  return {
    prepare<Row>(sql: string): ReaderStatement<Row> {
      const statement = database.prepare(sql);
      return {
        get: (...values) => statement.get(values) as Row | undefined,
        all: (...values) => statement.all(values) as Row[],
      };
    },
    close: () => database.close(),
  };
}
