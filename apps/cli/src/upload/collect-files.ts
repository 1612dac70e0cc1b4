import { readdir, stat } from "node:fs/promises";
import { basename, join, posix, resolve, sep } from "node:path";
import { UploadFailure } from "@stowage/client";
import type { LocalFile } from "./local-file.js";

/** What is to go, and what cannot. */
export interface Collected {
  readonly files: readonly LocalFile[];
  readonly refused: readonly { readonly name: string; readonly error: unknown }[];
  /** In folders: what is neither file nor folder, and links to folders, which may lead round in a circle. */
  readonly skipped: readonly string[];
}

type Collecting = { -readonly [Key in keyof Collected]: Collected[Key][number][] };

/**
 * The files behind the arguments of `upload`. One file goes to `path` itself, unless that ends with a slash; several, and
 * folders with all that is in them, go under it. A folder keeps its name, unless it was given with a slash at its end.
 *
 * @throws {UploadFailure} `USAGE` where two files would go to one place
 */
export async function collectFiles(given: readonly string[], path = "/"): Promise<Collected> {
  const root = posix.join("/", path);
  const found: Collecting = { files: [], refused: [], skipped: [] };
  for (const name of given) {
    try {
      const { size } = await look(name);
      if (size === null) await collectFolder(name, posix.join(root, folderName(name)), found);
      else {
        const isItself = given.length === 1 && !root.endsWith("/");
        found.files.push({ source: name, name, target: isItself ? root : posix.join(root, basename(name)), size });
      }
    } catch (error) {
      found.refused.push({ name, error });
    }
  }
  checkTargets(found.files);
  return found;
}

/** As it stands at the end: `.` and `..` are called what they are. */
function folderName(given: string): string {
  return given.endsWith("/") || given.endsWith(sep) ? "" : basename(resolve(given));
}

async function collectFolder(folder: string, target: string, found: Collecting): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const source = join(folder, entry.name);
    const place = posix.join(target, entry.name);
    try {
      if (entry.isDirectory()) await collectFolder(source, place, found);
      else {
        const { size } = entry.isFile() || entry.isSymbolicLink() ? await look(source) : { size: null };
        if (size === null) found.skipped.push(source);
        else found.files.push({ source, name: source, target: place, size });
      }
    } catch (error) {
      found.refused.push({ name: source, error });
    }
  }
}

/** `null`: a folder. Behind links. */
async function look(path: string): Promise<{ readonly size: number | null }> {
  const found = await stat(path);
  if (found.isDirectory()) return { size: null };
  if (!found.isFile()) throw new UploadFailure("NO_FILE", "neither a file nor a folder: pipe it in as -");
  return { size: found.size };
}

function checkTargets(files: readonly LocalFile[]): void {
  const taken = new Map<string, string>();
  for (const { target, name } of files) {
    const other = taken.get(target);
    if (other !== undefined) throw new UploadFailure("USAGE", `${other} and ${name} would both go to ${target}`);
    taken.set(target, name);
  }
}
