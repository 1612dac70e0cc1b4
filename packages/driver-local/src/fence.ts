import { constants, copyFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { LocalContext } from "./context.js";
import { intruder, toUploadError } from "./errors.js";
import { type FileCalls, inThreads, openFlags } from "./file-calls.js";
import { identityOf } from "./file-identity.js";
import { hasFolders } from "./folders.js";
import type { PartHandle } from "./handle.js";
import { nameFor, partPath, uploadOf } from "./layout.js";
import { syncFolder } from "./sync-folder.js";

/**
 * Moves an upload on to a new part file, a clone where the file system has such a thing, else a copy. A descriptor
 * follows its inode through a rename, so only another inode keeps late bytes out. The old file stays until the new
 * handle is used: a crash may come before that is stored, and its receipts are the old file's.
 */
export async function fence(context: LocalContext, handle: PartHandle): Promise<PartHandle> {
  const { layout, settings, runtime } = context;
  const upload = uploadOf(handle.part);
  const part = `${upload}/${nameFor(runtime.newId())}`;
  const [from, to] = [partPath(layout, handle.part), partPath(layout, part)];
  try {
    const source = await inThreads.lstat(from);
    if (source === null) {
      await context.root.checkThere(inThreads);
      return { v: 1, part, replaces: handle.part };
    }
    if (source.kind !== "file") throw intruder("something else lies where a part file should");
    await inThreads.mkdir(layout.fenced, settings.folderMode);
    await inThreads.mkdir(dirname(to), settings.folderMode);
    await hasFolders(inThreads, layout.fenced, [upload]);
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    if (settings.durability === "disk") await syncCopy(inThreads, to, [dirname(to), layout.fenced, layout.root]);
    const copy = await inThreads.lstat(to);
    const births = await context.root.knowsBirths(inThreads);
    const identities = [source, copy].flatMap((file) => (file === null ? [] : [identityOf(file, births)]));
    const files = new Set([...(handle.files ?? []), ...identities]);
    return { v: 1, part, replaces: handle.part, files: [...files] };
  } catch (error) {
    await inThreads.unlink(to);
    throw toUploadError(error, "fence");
  }
}

async function syncCopy(calls: FileCalls, path: string, folders: readonly string[]): Promise<void> {
  const descriptor = await calls.open(path, openFlags.write, 0);
  try {
    await calls.flush(descriptor);
  } finally {
    await calls.close(descriptor);
  }
  for (const folder of folders) await syncFolder(calls, folder);
}
