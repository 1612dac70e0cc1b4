import { join } from "node:path";
import { intruder } from "./errors.js";
import { type FileFacts, inThreads } from "./file-calls.js";
import { hasFolders } from "./folders.js";
import { segmentsOf } from "./key.js";
import type { Layout } from "./layout.js";

/** A published object, and where it lies. */
export interface ObjectFacts extends FileFacts {
  readonly key: string;
  readonly path: string;
}

/**
 * Looks an object up without following a symbolic link anywhere. `null`: there is none.
 *
 * @throws {UploadError} `NAME_REFUSED`, `BACKEND_DENIED` where a symbolic link lies at the key or above it
 */
export async function statObject(layout: Layout, key: string): Promise<ObjectFacts | null> {
  const segments = segmentsOf(key);
  if (!(await hasFolders(inThreads, layout.objects, segments.slice(0, -1)))) return null;
  const path = join(layout.objects, ...segments);
  const found = await inThreads.lstat(path);
  if (found?.kind === "link") throw intruder("a symbolic link lies where an object should");
  return found?.kind === "file" ? { ...found, key, path } : null;
}
