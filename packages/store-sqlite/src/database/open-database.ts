import { chmod, mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Clock, UploadError } from "@stowage/core";
import { openReader, openWriter, type Reader, type Writer } from "./connection.js";
import { toUploadError } from "./failure.js";
import { migrate } from "./migrations.js";
import { retryWhileBusy } from "./retry-while-busy.js";

/** What an acknowledged write survives: the end of the process, or the loss of power as well. */
export type Durability = "process" | "disk";

export interface Database {
  readonly writer: Writer;
  readonly reader: Reader;
  /** For checkpoints, so that they run beside the writer; it does nothing else. */
  readonly checkpointer: Writer;
}

/** Pages in the log at which the writer itself moves them into the database; a backstop, see `logCheckpoints`. */
const backstopPages = 16_384;
const logLimit = 64 * 1024 * 1024;
const readerBusyMs = 1000;

/**
 * Opens, or makes, the database and brings it to the newest schema. A missing directory is made for the owner alone, and so is
 * the file: handles may hold bearer URLs.
 *
 * @throws {UploadError} `OPTIONS_INVALID`, `BACKEND_*`
 */
export async function openDatabase(path: string, durability: Durability, clock: Clock): Promise<Database> {
  if (path === "" || path === ":memory:" || path.includes("\0")) {
    const issue = "path must name a file";
    throw new UploadError("OPTIONS_INVALID", `sqlite: ${issue}`, { driver: "sqlite", issues: [issue] });
  }
  const opened: { close(): void }[] = [];
  const keep = <T extends { close(): void }>(connection: T): T => {
    opened.push(connection);
    return connection;
  };
  try {
    // An absolute path cannot be taken for the URL of a remote database.
    const file = resolve(path);
    await makeFile(file);
    const writer = keep(openWriter(file));
    await retryWhileBusy(clock, () => configure(writer, durability));
    await retryWhileBusy(clock, () => migrate(writer));
    const checkpointer = keep(openWriter(file));
    return { writer, reader: keep(openReader(file, readerBusyMs)), checkpointer };
  } catch (error) {
    for (const connection of opened) connection.close();
    throw toUploadError(error, "opening the database");
  }
}

/** A file that is there is never opened here: closing it would drop the locks that SQLite has on it in this process. */
async function makeFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    const made = await open(file, "wx", 0o600);
    await made.close();
  } catch (error) {
    if (!isThere(error)) throw error;
    return;
  }
  await chmod(file, 0o600);
}

function isThere(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "EEXIST";
}

async function configure(writer: Writer, durability: Durability): Promise<void> {
  const mode = await writer.prepare<{ journal_mode: string }>("PRAGMA journal_mode = WAL");
  if (mode.get()?.journal_mode !== "wal") {
    const issue = "the file system of path has no shared memory, which write-ahead logging needs";
    throw new UploadError("OPTIONS_INVALID", `sqlite: ${issue}`, { driver: "sqlite", issues: [issue] });
  }
  await writer.exec(
    `PRAGMA synchronous = ${durability === "disk" ? "FULL" : "NORMAL"};
     PRAGMA wal_autocheckpoint = ${backstopPages};
     PRAGMA journal_size_limit = ${logLimit}`,
  );
}
