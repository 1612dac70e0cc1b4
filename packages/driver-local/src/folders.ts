import { dirname, join, sep } from "node:path";
import { intruder, objectExists } from "./errors.js";
import type { FileCalls } from "./file-calls.js";

/**
 * Whether all folders from `top` down to the last of `names` are there, each a real one. A symbolic link may point
 * anywhere, so nothing is read, written or removed behind one.
 *
 * @throws {UploadError} `BACKEND_DENIED` where a symbolic link lies in the way
 */
export async function hasFolders(calls: FileCalls, top: string, names: readonly string[]): Promise<boolean> {
  for (const path of pathsDown(top, names)) {
    const kind = await calls.kindOf(path);
    if (kind === "link") throw intruder("a symbolic link lies among the folders of the root");
    if (kind !== "folder") return false;
  }
  return true;
}

/**
 * Makes what is missing of them; `key` is the object that they are for. Returns the folders that got a new entry.
 *
 * @throws {UploadError} `BACKEND_DENIED` as above, `OBJECT_EXISTS` where an object has the name of a folder
 */
export async function makeFolders(
  calls: FileCalls,
  top: string,
  names: readonly string[],
  mode: number,
  key: string,
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const path of pathsDown(top, names)) {
    let kind = await calls.kindOf(path);
    if (kind === null) {
      if (await calls.mkdir(path, mode)) {
        changed.push(dirname(path));
        continue;
      }
      kind = await calls.kindOf(path);
    }
    if (kind === "link") throw intruder("a symbolic link lies among the folders of the root");
    if (kind === "file") throw objectExists(key);
  }
  return changed;
}

/** `top` and each folder below it. Names are single ones, so nothing has to be resolved. */
function pathsDown(top: string, names: readonly string[]): readonly string[] {
  const paths = [top];
  let path = top;
  for (const name of names) paths.push((path += sep + name));
  return paths;
}

/** Removes the folders that nothing is left in, innermost first; `top` stays. Others may fill them meanwhile. */
export async function pruneFolders(calls: FileCalls, top: string, names: readonly string[]): Promise<void> {
  for (let depth = names.length; depth > 0; depth--) {
    if (!(await calls.rmdir(join(top, ...names.slice(0, depth))))) return;
  }
}
