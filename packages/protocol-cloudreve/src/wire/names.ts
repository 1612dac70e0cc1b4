import { UploadError } from "@stowage/core";
import { isLonger, nameOf } from "@stowage/core/catalog";

/** Cloudreve's clients refuse to show or to sync these, so nothing new may hold them. */
const forbidden = /[\\/:*?"<>|]/;
/** So that one request cannot ask for thousands of folders. In bytes of UTF-8. */
const longestPath = 4096;

/**
 * Whether something new may have this path: Cloudreve's rules for each name, on top of the catalog's own.
 *
 * @throws {UploadError} `NAME_REFUSED`
 */
export function checkNewPath(path: string): void {
  for (const name of path.slice(1).split("/")) checkNewName(name);
  checkPathLength(path);
}

/** @throws {UploadError} `NAME_REFUSED` */
export function checkPathLength(path: string): void {
  if (isLonger(path, longestPath)) throw refused(nameOf(path), `path over ${longestPath} bytes`);
}

/** @throws {UploadError} `NAME_REFUSED` */
export function checkNewName(name: string): void {
  if (forbidden.test(name)) throw refused(name, 'holds one of \\ / : * ? " < > |');
  if (name === "") throw refused(name, "empty");
}

function refused(name: string, rule: string): UploadError<"NAME_REFUSED"> {
  return new UploadError("NAME_REFUSED", `name refused: ${rule}`, { name, rule });
}
