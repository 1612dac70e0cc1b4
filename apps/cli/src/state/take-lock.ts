import { open, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import Database from "libsql";

// libsql's typings say `any`; this says what is used of it.
interface LockFile {
  exec(sql: string): void;
  close(): void;
}

/**
 * Takes a lock that ends with the process, however that ends: the operating system's, by way of the empty SQLite file at
 * `path`. `null`: another process has it. Not for one path twice in this process. Rejects with Node's error where the
 * folder is not there.
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | null> {
  for (;;) {
    // Stays open until the end: POSIX drops all locks of a process on a file with any handle that it closes.
    const handle = await open(path, "a", 0o600);
    const file = lock(path);
    if (file !== null && (await isStillAt(path, handle))) return () => release(path, file, handle);
    file?.close();
    await handle.close();
    if (file === null) return null;
  }
}

function lock(path: string): LockFile | null {
  const file = new Database(path, { timeout: 0 }) as LockFile;
  try {
    // In memory: a journal on the disk would stay behind when we are killed.
    file.exec("PRAGMA journal_mode = MEMORY");
    file.exec("BEGIN EXCLUSIVE");
    return file;
  } catch (error) {
    file.close();
    if ((error as { readonly code?: unknown }).code === "SQLITE_BUSY") return null;
    throw error;
  }
}

/** Whoever had the lock may have removed its file before we got it; by now others lock another file there. */
async function isStillAt(path: string, handle: FileHandle): Promise<boolean> {
  const [ours, there] = await Promise.all([handle.stat(), stat(path).catch(() => null)]);
  return ours.ino === there?.ino;
}

async function release(path: string, file: LockFile, handle: FileHandle): Promise<void> {
  // While it is ours, so that nobody else's goes.
  await rm(path, { force: true });
  file.close();
  await handle.close();
}
