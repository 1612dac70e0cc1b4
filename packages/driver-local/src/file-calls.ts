import * as fs from "node:fs";
import { promisify } from "node:util";
import { codeOf } from "./errors.js";

type Now<Value> = Value | Promise<Value>;

/** What lies at a path, links not followed. */
export interface FileFacts {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** Decimal; beyond 2^53 on some file systems. */
  readonly inode: string;
  /** Nanoseconds since the epoch; "0" where the file system does not know. */
  readonly bornAt: string;
  /** When inode or content changed last; in nanoseconds too. */
  readonly changedAt: string;
  readonly device: string;
  readonly modifiedAt: number;
}

/**
 * The calls that the driver makes, in two forms: in the loop for small bodies, where a trip to the thread pool costs
 * more than the call, and in threads for all else. Who awaits them is the same code for both.
 */
export interface FileCalls {
  open(path: string, flags: number, mode: number): Now<number>;
  close(descriptor: number): Now<void>;
  fstat(descriptor: number): Now<FileFacts>;
  /** May write less than it was given. */
  writev(descriptor: number, pieces: readonly Uint8Array[], position: number): Now<number>;
  truncate(descriptor: number, size: number): Now<void>;
  /** fdatasync(2): the bytes and the size. */
  flush(descriptor: number): Now<void>;
  /** `null`: nothing there. */
  lstat(path: string): Now<FileFacts | null>;
  /** What `lstat` says of it first, for half of its price. */
  kindOf(path: string): Now<FileFacts["kind"] | null>;
  link(from: string, to: string): Now<void>;
  rename(from: string, to: string): Now<void>;
  /** Nothing there is no error, here and below. */
  unlink(path: string): Now<void>;
  readdir(path: string): Now<readonly string[]>;
  /** Whether it was made; `false` where something is there already. */
  mkdir(path: string, mode: number): Now<boolean>;
  /** Whether it is gone now; `false` where it still holds something. */
  rmdir(path: string): Now<boolean>;
}

/** Absent on Windows, which has no symbolic links for whom it was not allowed. */
const noFollow = (fs.constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/** Flags of `open`: reading, writing, and writing to a file that may have to be made. None follows a symbolic link. */
export const openFlags = {
  read: fs.constants.O_RDONLY | noFollow,
  write: fs.constants.O_RDWR | noFollow,
  make: fs.constants.O_RDWR | fs.constants.O_CREAT | noFollow,
  makeNew: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL | noFollow,
} as const;

const isMissing = (code: string): boolean => code === "ENOENT" || code === "ENOTDIR";
const isFilled = (code: string): boolean => code === "ENOTEMPTY" || code === "EEXIST";

const writevThread = promisify(fs.writev) as unknown as (
  descriptor: number,
  pieces: readonly Uint8Array[],
  position: number,
) => Promise<{ readonly bytesWritten: number }>;
const openThread = promisify(fs.open);
const closeThread = promisify(fs.close);
const fstatThread = promisify(fs.fstat) as (fd: number, options: { bigint: true }) => Promise<fs.BigIntStats>;
const truncateThread = promisify(fs.ftruncate);
const flushThread = promisify(fs.fdatasync);

/** Calls in libuv's thread pool. */
export const inThreads: FileCalls = {
  open: (path, flags, mode) => openThread(path, flags, mode),
  close: (descriptor) => closeThread(descriptor),
  fstat: async (descriptor) => factsOf(await fstatThread(descriptor, { bigint: true })),
  writev: async (descriptor, pieces, position) => (await writevThread(descriptor, pieces, position)).bytesWritten,
  truncate: (descriptor, size) => truncateThread(descriptor, size),
  flush: (descriptor) => flushThread(descriptor),
  lstat: (path) => fs.promises.lstat(path, { bigint: true }).then(factsOf, otherwise(isMissing, null)),
  kindOf: (path) => fs.promises.lstat(path).then(kindIn, otherwise(isMissing, null)),
  link: (from, to) => fs.promises.link(from, to),
  rename: (from, to) => fs.promises.rename(from, to),
  unlink: (path) => fs.promises.unlink(path).catch(otherwise(isMissing, undefined)),
  readdir: (path) => fs.promises.readdir(path).catch(otherwise<readonly string[]>(isMissing, [])),
  mkdir: (path, mode) =>
    fs.promises.mkdir(path, { mode }).then(
      () => true,
      otherwise((code) => code === "EEXIST", false),
    ),
  rmdir: (path) =>
    fs.promises
      .rmdir(path)
      .then(() => true, otherwise<boolean>(isFilled, false))
      .catch(otherwise(isMissing, true)),
};

/** Synchronous calls. */
export const inLoop: FileCalls = {
  open: (path, flags, mode) => fs.openSync(path, flags, mode),
  close: (descriptor) => fs.closeSync(descriptor),
  fstat: (descriptor) => factsOf(fs.fstatSync(descriptor, { bigint: true })),
  writev: (descriptor, pieces, position) => fs.writevSync(descriptor, pieces, position),
  truncate: (descriptor, size) => fs.ftruncateSync(descriptor, size),
  flush: (descriptor) => fs.fdatasyncSync(descriptor),
  lstat: (path) => {
    const stats = fs.lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : factsOf(stats);
  },
  kindOf: (path) => {
    const stats = fs.lstatSync(path, { throwIfNoEntry: false });
    return stats === undefined ? null : kindIn(stats);
  },
  link: (from, to) => fs.linkSync(from, to),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => attempt(() => fs.unlinkSync(path), isMissing, undefined),
  readdir: (path) => attempt<readonly string[]>(() => fs.readdirSync(path), isMissing, []),
  mkdir: (path, mode) =>
    attempt(
      () => (fs.mkdirSync(path, { mode }), true),
      (code) => code === "EEXIST",
      false,
    ),
  rmdir: (path) => attempt(() => attempt(() => (fs.rmdirSync(path), true), isMissing, true), isFilled, false),
};

function kindIn(stats: fs.Stats | fs.BigIntStats): FileFacts["kind"] {
  return stats.isFile() ? "file" : stats.isDirectory() ? "folder" : stats.isSymbolicLink() ? "link" : "other";
}

function factsOf(stats: fs.BigIntStats): FileFacts {
  return {
    kind: kindIn(stats),
    size: Number(stats.size),
    inode: String(stats.ino),
    bornAt: String(stats.birthtimeNs),
    changedAt: String(stats.ctimeNs),
    device: String(stats.dev),
    modifiedAt: Number(stats.mtimeMs),
  };
}

function otherwise<Value>(expected: (code: string) => boolean, value: Value): (error: unknown) => Value {
  return (error) => {
    if (expected(codeOf(error))) return value;
    throw error;
  };
}

function attempt<Value>(call: () => Value, expected: (code: string) => boolean, value: Value): Value {
  try {
    return call();
  } catch (error) {
    if (expected(codeOf(error))) return value;
    throw error;
  }
}
