import type { LocalContext } from "./context.js";
import { toUploadError } from "./errors.js";
import { inThreads } from "./file-calls.js";
import { pruneFolders } from "./folders.js";
import { segmentsOf } from "./key.js";
import { statObject } from "./stat-object.js";
import { dirname } from "node:path";
import { syncFolder } from "./sync-folder.js";

/** Removes an object, and the folders of its key that nothing else is in. Idempotent. */
export async function removeObject(context: LocalContext, key: string): Promise<void> {
  const { layout, settings } = context;
  try {
    const object = await statObject(context, key);
    if (object === null) return;
    await inThreads.unlink(object.path);
    if (settings.durability === "disk") await syncFolder(inThreads, dirname(object.path));
    await pruneFolders(inThreads, layout.objects, segmentsOf(key).slice(0, -1));
  } catch (error) {
    throw toUploadError(error, "remove");
  }
}
