import { join } from "node:path";
import type { Receipt, StoredObject, UploadTarget } from "@stowage/core";
import type { LocalContext } from "./context.js";
import { codeOf, intruder, lostUpload, objectExists, toUploadError } from "./errors.js";
import { type FileCalls, type FileFacts, openFlags } from "./file-calls.js";
import { identityOf, isSameFile } from "./file-identity.js";
import { hasFolders } from "./folders.js";
import type { PartHandle } from "./handle.js";
import { segmentsOf } from "./key.js";
import { inFolders } from "./in-folders.js";
import { partPath, uploadOf } from "./layout.js";
import { publish } from "./publish.js";
import { type Coverage, coverageOf } from "./receipts.js";
import { removeParts } from "./remove-parts.js";
import { releaseKey } from "./reserve-key.js";
import { whyMissing } from "./why-missing.js";

/**
 * Publishes the part file under the target's key. Runs again after a crash at any step: while the part has a name it
 * is published anew; without one, the object that is there is this upload's if its file is one of the receipts'.
 */
export async function complete(
  context: LocalContext,
  handle: PartHandle,
  target: UploadTarget,
  receipts: readonly Receipt[],
): Promise<StoredObject> {
  const segments = segmentsOf(target.key);
  const coverage = coverageOf(receipts, target.size);
  const calls = context.callsFor(coverage.total);
  const upload = uploadOf(handle.part);
  try {
    // Bytes were written, so the root is made. If it is not there it must not be made anew in another place.
    if (coverage.total === 0) await context.root.ready();
    await context.descriptors.retire(upload);
    const path = partPath(context.layout, handle.part);
    const part = await calls.lstat(path);
    if (part === null) {
      await findPublished(context, calls, { handle, segments, coverage, key: target.key });
      await releaseKey(context.layout, target.key, upload);
    } else {
      await checkPart(context, calls, handle, part, coverage);
      await trim(context, calls, path, part, coverage.total);
      await publish(context, calls, { key: target.key, upload, path, inode: part.inode });
    }
    // From here on a writer would write into the object.
    context.ended.add(upload);
    await context.descriptors.retire(upload);
    await removeParts(context, calls, upload);
    return { key: target.key, size: coverage.total };
  } catch (error) {
    throw toUploadError(error, "complete");
  }
}

/** The file must be the one that all receipts are of, or the last copy of those, and hold what they say. */
async function checkPart(
  { settings, root }: LocalContext,
  calls: FileCalls,
  handle: PartHandle,
  part: FileFacts,
  { total, files }: Coverage,
): Promise<void> {
  if (part.kind !== "file") throw intruder("something else lies where a part file should");
  if (part.size < total) throw lostUpload(`the part file has ${part.size} of ${total} bytes`);
  if (settings.inodes === "unstable" || total === 0) return;
  const identity = identityOf(part, await root.knowsBirths(calls));
  const copied = handle.files ?? [];
  const isPart = (file: string): boolean => isSameFile(file, identity);
  const isLatest = copied.length === 0 || copied.slice(-1).some(isPart);
  const isWhole = [...files].every((file) => isPart(file) || copied.some((copy) => isSameFile(copy, file)));
  if (!isLatest || !isWhole) throw lostUpload("the part file is not the one that was written to");
}

/** Writers that were cut off may have left bytes beyond the end. */
async function trim(
  { settings }: LocalContext,
  calls: FileCalls,
  path: string,
  part: FileFacts,
  total: number,
): Promise<void> {
  if (part.size === total) return;
  const descriptor = await calls.open(path, openFlags.write, 0);
  try {
    await calls.truncate(descriptor, total);
    if (settings.durability === "disk") await calls.flush(descriptor);
  } finally {
    await calls.close(descriptor);
  }
}

interface Sought {
  readonly handle: PartHandle;
  readonly segments: readonly string[];
  readonly key: string;
  readonly coverage: Coverage;
}

/** There is no part file: the upload is complete already, or empty, or lost. */
async function findPublished(context: LocalContext, calls: FileCalls, sought: Sought): Promise<void> {
  const { layout, settings } = context;
  const { handle, segments, coverage, key } = sought;
  const hasParents = await hasFolders(calls, layout.objects, segments.slice(0, -1));
  const object = hasParents ? await calls.lstat(join(layout.objects, ...segments)) : null;
  const known = [...coverage.files, ...(handle.files ?? [])];
  if (object === null) {
    if (coverage.total > 0) throw await whyMissing(context, calls, "there is no part file", known);
    await context.root.checkThere(calls);
    return publishEmpty(context, calls, key);
  }
  const identity = identityOf(object, await context.root.knowsBirths(calls));
  const isOurs =
    settings.inodes === "unstable" || coverage.total === 0 || known.some((file) => isSameFile(file, identity));
  if (object.kind !== "file" || object.size !== coverage.total || !isOurs) throw objectExists(key);
}

/** An empty object has no receipts that could name its file, so an empty one that is there is as good. */
function publishEmpty(context: LocalContext, calls: FileCalls, key: string): Promise<void> {
  return inFolders(context, calls, key, async (path) => {
    try {
      await calls.close(await calls.open(path, openFlags.makeNew, context.settings.fileMode));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      const there = await calls.lstat(path);
      if (there?.kind !== "file" || there.size > 0) throw objectExists(key);
    }
  });
}
