import type { LocalContext } from "./context.js";
import { codeOf, objectExists } from "./errors.js";
import type { FileCalls } from "./file-calls.js";
import { inFolders } from "./in-folders.js";
import { releaseKey, reserveKey } from "./reserve-key.js";
import { whyMissing } from "./why-missing.js";

/** A part file that is whole. */
export interface Publication {
  readonly key: string;
  readonly upload: string;
  readonly path: string;
  readonly inode: string;
}

/** What a file system without hard links answers to link(2). `EMLINK`: this one has no more for the file. */
const noLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * Gives the part file its key, in one step and never over another object. The part's own name may stay beside it.
 * Idempotent: the same file under its key is as good.
 *
 * @throws {UploadError} `OBJECT_EXISTS`, `BACKEND_LOST_UPLOAD`, `BACKEND_DENIED`, `BACKEND_UNAVAILABLE`
 */
export function publish(context: LocalContext, calls: FileCalls, publication: Publication): Promise<void> {
  return inFolders(context, calls, publication.key, async (object) => {
    try {
      await giveName(context, calls, publication, object);
    } catch (error) {
      if (codeOf(error) === "ENOENT" && (await calls.lstat(publication.path)) === null) {
        throw await whyMissing(context, calls, "the part file went away", []);
      }
      throw error;
    }
  });
}

async function giveName(
  context: LocalContext,
  calls: FileCalls,
  publication: Publication,
  object: string,
): Promise<void> {
  if (context.settings.hardLinks === "never") return nameByRename(context, calls, publication, object);
  try {
    await calls.link(publication.path, object);
  } catch (error) {
    if (noLinks.has(codeOf(error))) return nameByRename(context, calls, publication, object);
    if (codeOf(error) !== "EEXIST") throw error;
    if (!(await isPublished(calls, publication, object))) throw error;
  }
}

async function nameByRename(
  { layout, settings }: LocalContext,
  calls: FileCalls,
  publication: Publication,
  object: string,
): Promise<void> {
  const { key, upload, path } = publication;
  await reserveKey(layout, key, upload, settings.folderMode);
  try {
    if (await isPublished(calls, publication, object)) return;
    await calls.rename(path, object);
  } finally {
    await releaseKey(layout, key, upload);
  }
}

/** @throws {UploadError} `OBJECT_EXISTS` where something else has the name */
async function isPublished(calls: FileCalls, { key, inode }: Publication, object: string): Promise<boolean> {
  const there = await calls.lstat(object);
  if (there === null) return false;
  if (there.kind === "file" && there.inode === inode) return true;
  throw objectExists(key);
}
