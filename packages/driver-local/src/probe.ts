import type { Probed, UploadTarget } from "@stowage/core";
import type { LocalContext } from "./context.js";
import { toUploadError } from "./errors.js";
import { inThreads } from "./file-calls.js";
import type { PartHandle } from "./handle.js";
import { partPath, uploadOf } from "./layout.js";
import { statObject } from "./stat-object.js";

/**
 * What the disk holds. A part file cannot tell its written bytes from its holes, so it has no list. Without a file an
 * upload that has begun and one that is gone look the same, but to the process that ended it.
 */
export async function probe(context: LocalContext, handle: PartHandle, target: UploadTarget): Promise<Probed> {
  const { layout, ended } = context;
  try {
    const part = await inThreads.lstat(partPath(layout, handle.part));
    const object = await statObject(context, target.key);
    const isPublished = object !== null && (part === null || part.inode === object.inode);
    if (isPublished) return { kind: "complete", object: { key: object.key, size: object.size } };
    if (part !== null) return { kind: "open", parts: null };
    return ended.has(uploadOf(handle.part)) ? { kind: "gone" } : { kind: "open", parts: [] };
  } catch (error) {
    throw toUploadError(error, "probe");
  }
}
