import { UploadError } from "@stowage/core";
import { checkName } from "@stowage/core/catalog";

/** In UTF-16 units; servers take longer paths, if at all, only with settings of their own. */
const longestPath = 1024;

/**
 * Where the object of a key lies below the root of the image store.
 *
 * @throws {UploadError} `NAME_REFUSED`; also for backslashes, which separate names there
 */
export function contentPath(folder: string, key: string): string {
  const path = folder === "" ? key : `${folder}/${key}`;
  for (const name of key.split("/")) checkName(name);
  if (key.includes("\\")) throw refused(key, "holds a backslash");
  if (path.length > longestPath) throw refused(key, `over ${longestPath} characters`);
  return path;
}

function refused(name: string, rule: string): UploadError<"NAME_REFUSED"> {
  return new UploadError("NAME_REFUSED", `object key refused: ${rule}`, { name, rule });
}
