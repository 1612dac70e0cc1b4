import { dirname } from "node:path";
import { lostUpload, rootGone } from "./errors.js";
import type { EndedUploads } from "./ended-uploads.js";
import { type FileCalls, openFlags } from "./file-calls.js";
import { identityOf } from "./file-identity.js";
import { hasFolders } from "./folders.js";
import type { PartHandle } from "./handle.js";
import { type Layout, partPath, uploadOf } from "./layout.js";
import type { LocalSettings } from "./options.js";
import type { Root } from "./root.js";
import { syncFolder } from "./sync-folder.js";

/** An open part file. */
export interface OpenPart {
  readonly descriptor: number;
  /** Goes into receipts: one whose file is not the published one is of bytes that are lost. */
  readonly identity: string;
}

/** What opening needs of the driver. */
export interface PartFiles {
  readonly layout: Layout;
  readonly settings: LocalSettings;
  readonly root: Root;
  readonly ended: EndedUploads;
}

/**
 * Opens the file of a part for positional writes, or makes it. Parallel first chunks may both come here. A handle that
 * is used is stored, so the file that its fence copied from may go now.
 *
 * @throws {UploadError} `BACKEND_LOST_UPLOAD` where the upload ended meanwhile, and leaves no file then;
 * `BACKEND_UNAVAILABLE` where the root is gone
 */
export async function openPart(files: PartFiles, handle: PartHandle, calls: FileCalls): Promise<OpenPart> {
  const { layout, settings, root, ended } = files;
  const path = partPath(layout, handle.part);
  await root.ready();
  if (handle.replaces !== undefined) await calls.unlink(partPath(layout, handle.replaces));
  await makeMissing(files, handle.part, calls);
  const descriptor = await calls.open(path, openFlags.make, settings.fileMode);
  try {
    if (ended.has(uploadOf(handle.part))) {
      await calls.unlink(path);
      throw lostUpload("the upload is over");
    }
    const identity = identityOf(await calls.fstat(descriptor), await root.knowsBirths(calls));
    if (settings.durability === "disk") await syncFolder(calls, dirname(path));
    return { descriptor, identity };
  } catch (error) {
    await calls.close(descriptor);
    throw error;
  }
}

/** @throws {UploadError} `BACKEND_DENIED` where a symbolic link lies among the folders, `BACKEND_UNAVAILABLE` */
async function makeMissing({ layout, settings, root }: PartFiles, part: string, calls: FileCalls): Promise<void> {
  const generations = dirname(partPath(layout, part));
  if (generations === layout.parts) {
    if (!(await hasFolders(calls, layout.parts, []))) throw rootGone();
    return;
  }
  if (await hasFolders(calls, layout.fenced, [uploadOf(part)])) return;
  await root.checkThere(calls);
  await calls.mkdir(layout.fenced, settings.folderMode);
  await calls.mkdir(generations, settings.folderMode);
  if (settings.durability === "disk") await syncFolder(calls, layout.fenced);
}
