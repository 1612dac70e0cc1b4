import { join } from "node:path";
import type { LocalContext } from "./context.js";
import { codeOf } from "./errors.js";
import type { FileCalls } from "./file-calls.js";
import { makeFolders } from "./folders.js";
import { segmentsOf } from "./key.js";
import { syncFolder } from "./sync-folder.js";

/** How often a removal may prune a folder between its making and its use, before it is an error. */
const attempts = 8;

/**
 * Makes the folders of a key, and in them what `make` makes at the object's path; all of it flushed with durability
 * `disk`. `make` runs again where a removal of another object pruned a folder that was empty for a moment, so it
 * throws `ENOENT` for no other reason.
 */
export async function inFolders(
  { layout, settings }: LocalContext,
  calls: FileCalls,
  key: string,
  make: (path: string) => Promise<void>,
): Promise<void> {
  const segments = segmentsOf(key);
  const folders = segments.slice(0, -1);
  for (let attempt = 1; ; attempt++) {
    try {
      const changed = await makeFolders(calls, layout.objects, folders, settings.folderMode, key);
      await make(join(layout.objects, ...segments));
      if (settings.durability === "process") return;
      for (const folder of new Set([join(layout.objects, ...folders), ...changed])) await syncFolder(calls, folder);
      return;
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || attempt === attempts) throw error;
    }
  }
}
