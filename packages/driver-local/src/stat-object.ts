import { join } from "node:path";
import { intruder } from "./errors.js";
import { type FileFacts, inThreads } from "./file-calls.js";
import { hasFolders } from "./folders.js";
import { segmentsOf } from "./key.js";
import type { PartFiles } from "./open-part.js";

/** A published object, and where it lies. */
export interface ObjectFacts extends FileFacts {
  readonly key: string;
  readonly path: string;
}

/**
 * Looks an object up without following a symbolic link anywhere. `null`: there is none.
 *
 * @throws {UploadError} `NAME_REFUSED`, `BACKEND_DENIED` where a symbolic link lies at the key or above it,
 * `BACKEND_UNAVAILABLE` where the root is gone
 */
export async function statObject(
  { layout, root }: Pick<PartFiles, "layout" | "root">,
  key: string,
): Promise<ObjectFacts | null> {
  const segments = segmentsOf(key);
  const path = join(layout.objects, ...segments);
  const hasParents = await hasFolders(inThreads, layout.objects, segments.slice(0, -1));
  const found = hasParents ? await inThreads.lstat(path) : null;
  if (found === null) await root.checkThere(inThreads);
  if (found?.kind === "link") throw intruder("a symbolic link lies where an object should");
  return found?.kind === "file" ? { ...found, key, path } : null;
}
