import { openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import * as zlib from "node:zlib";
import type { UploadSource } from "../source.js";
import type { SourceBytes } from "../source-bytes.js";
import { sendNode } from "./send-node.js";

/** Node's blobs of files count their size in 32 bits (nodejs/node#52585): a longer file would lose its beginning or its end. */
const longestBlob = 2 ** 32 - 1;
/** What is read at a time of a slice that goes out. */
const pieceSize = 1024 * 1024;

/** A file as it was when it was opened; both are of `stat`. */
interface Version {
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

/**
 * A file of this machine, read in slices as they go out. Rejects with Node's error (`code`: `ENOENT`, `EACCES`,
 * `EISDIR`). Reading it fails once its size or its time differ from those of this moment.
 *
 * @example
 * const task = upload(await fileSource("holiday.mp4"), { to: "https://files.example/uploads", token });
 */
export async function fileSource(path: string): Promise<UploadSource> {
  const version = await withFile(path, async (file) => {
    // A folder opens, but does not read.
    await file.read(Buffer.alloc(1), 0, 1, 0);
    return file.stat({ bigint: true });
  });
  const size = Number(version.size);
  // Node 20.15 and 22.2 have it.
  const native = (zlib as { readonly crc32?: (bytes: Uint8Array, crc: number) => number }).crc32;
  return {
    data: sliceOf(path, version, 0, size),
    name: basename(path),
    modifiedAt: Math.round(Number(version.mtimeNs) / 1e6),
    send: sendNode,
    blob: async () => (size > longestBlob ? null : openAsBlob(path)),
    ...(native === undefined ? {} : { crc32: native }),
  };
}

function sliceOf(path: string, version: Version, start: number, end: number): SourceBytes {
  return {
    size: end - start,
    type: "",
    slice: (from, to) => sliceOf(path, version, Math.min(start + from, end), Math.min(start + to, end)),
    arrayBuffer: () => withFile(path, async (file) => (await readWhole(file, version, start, end)).buffer),
    stream: () => ReadableStream.from(pieces(path, version, start, end)),
  };
}

async function* pieces(path: string, version: Version, start: number, end: number): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    for (let at = start; at < end; at += pieceSize)
      yield await readWhole(file, version, at, Math.min(at + pieceSize, end));
  } finally {
    await file.close();
  }
}

/** All bytes of a range, of this version of the file. */
async function readWhole(
  file: FileHandle,
  { size, mtimeNs }: Version,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) throw new Error("the file became shorter");
    at += bytesRead;
  }
  // Afterwards, so that what was written while we read is seen.
  const now = await file.stat({ bigint: true });
  if (now.size !== size || now.mtimeNs !== mtimeNs) throw new Error("the file changed");
  return bytes;
}

async function withFile<Value>(path: string, work: (file: FileHandle) => Promise<Value>): Promise<Value> {
  const file = await open(path);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
