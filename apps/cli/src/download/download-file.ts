import { open, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { UploadFailure } from "@stowage/client";
import { fileHasChecksum } from "../checksum/file-digest.js";
import type { ServerFile } from "../server/server.js";
import type { ServerAddress } from "../server/server-address.js";
import { takeLock } from "../state/take-lock.js";
import { readContent } from "./read-content.js";
import type { ReadOptions } from "./read-content.js";

/** What a download came to. */
export interface Downloaded {
  /** Bytes that an earlier run had brought. */
  readonly resumedAt: number;
  /** The checksum of the file was told and is that of the bytes; `false`: none was told that is known here. */
  readonly isVerified: boolean;
}

/**
 * Brings a file of the server to `path`, where nobody sees it before it is whole; beside it until then, under a name with
 * its version in it, so that another run goes on with it.
 *
 * @throws {UploadFailure} as `readContent`; `LOCKED`, `FILE_EXISTS`, `CHECKSUM_MISMATCH`. Else Node's error.
 */
export async function downloadFile(
  address: ServerAddress,
  file: ServerFile,
  path: string,
  options: ReadOptions & { readonly isOverwriting: boolean; readonly onProgress: (at: number, more: number) => void },
): Promise<Downloaded> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists && !options.isOverwriting)
    throw new UploadFailure("FILE_EXISTS", `${path} is there already: --overwrite replaces it`);
  const part = `${path}.${file.version}.part`;
  const release = await takeLock(`${part}.lock`);
  if (release === null) throw new UploadFailure("LOCKED", "another stowage on this machine is downloading it");
  try {
    const resumedAt = await fetchInto(address, file, part, options);
    const isRight = await fileHasChecksum(part, file.checksum);
    if (isRight === false) {
      await rm(part, { force: true });
      throw new UploadFailure("CHECKSUM_MISMATCH", "the bytes that came are not those of the file: run it again");
    }
    await rename(part, path);
    return { resumedAt, isVerified: isRight === true };
  } finally {
    await release();
  }
}

async function fetchInto(
  address: ServerAddress,
  file: ServerFile,
  part: string,
  options: Parameters<typeof downloadFile>[3],
): Promise<number> {
  const handle = await open(part, "a", 0o666);
  try {
    const start = await startOf(handle, file.size);
    options.onProgress(start, 0);
    let at = start;
    for await (const piece of readContent(address, file, start, options)) {
      await writeAll(handle, piece);
      at += piece.length;
      options.onProgress(at, piece.length);
    }
    await handle.sync();
    return start;
  } finally {
    await handle.close();
  }
}

/** Where an earlier run ended. A part that is too long is none of ours. */
async function startOf(handle: FileHandle, size: number): Promise<number> {
  const there = (await handle.stat()).size;
  if (there <= size) return there;
  await handle.truncate(0);
  return 0;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
}
