import { join } from "node:path";
import type { LocalContext } from "./context.js";
import type { FileCalls } from "./file-calls.js";
import { partPath } from "./layout.js";
import { syncFolder } from "./sync-folder.js";

/** Removes every file that an upload has before it is published, all generations of it. Idempotent. */
export async function removeParts(context: LocalContext, calls: FileCalls, upload: string): Promise<void> {
  const { layout, settings } = context;
  await calls.unlink(partPath(layout, upload));
  const generations = join(layout.fenced, upload);
  if ((await calls.kindOf(generations)) === "folder") {
    for (const name of await calls.readdir(generations)) await calls.unlink(join(generations, name));
    await calls.rmdir(generations);
  }
  // A name that a power loss brings back would stay for ever, as nobody asks for it again.
  if (settings.durability === "disk" && (await calls.kindOf(layout.parts)) !== null) {
    await syncFolder(calls, layout.parts);
  }
}
