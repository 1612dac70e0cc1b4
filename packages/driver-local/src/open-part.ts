import { dirname, join } from "node:path";
import { lostUpload, objectExists, rootGone } from "./errors.js";
import type { EndedUploads } from "./ended-uploads.js";
import { type FileCalls, openFlags } from "./file-calls.js";
import { identityOf } from "./file-identity.js";
import { hasFolders } from "./folders.js";
import type { PartHandle } from "./handle.js";
import { segmentsOf } from "./key.js";
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
 * @throws {UploadError} `BACKEND_LOST_UPLOAD` where the upload was given up meanwhile, `OBJECT_EXISTS` where it is complete,
 * and leaves no file then; `BACKEND_UNAVAILABLE` where the root is gone
 */
export async function openPart(files: PartFiles, handle: PartHandle, key: string, calls: FileCalls): Promise<OpenPart> {
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
    const facts = await calls.fstat(descriptor);
    // Nobody wrote to it yet, so it may be new: made by a writer who comes after another process completed the upload.
    if (facts.size === 0 && (await isPublished(layout, key, calls))) {
      await calls.unlink(path);
      throw objectExists(key);
    }
    const identity = identityOf(facts, await root.knowsBirths(calls));
    if (settings.durability === "disk") await syncFolder(calls, dirname(path));
    return { descriptor, identity };
  } catch (error) {
    await calls.close(descriptor);
    throw error;
  }
}

/** What else lies at the key, or among its folders, completion finds out. */
async function isPublished({ objects }: Layout, key: string, calls: FileCalls): Promise<boolean> {
  const segments = segmentsOf(key);
  try {
    if (!(await hasFolders(calls, objects, segments.slice(0, -1)))) return false;
  } catch {
    return false;
  }
  return (await calls.lstat(join(objects, ...segments)))?.kind === "file";
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
