import { mkdir, open, readFile, stat } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { spoolGone } from "../../errors.js";
import { codeOf, unlessMissing } from "./errors.js";
import type { Layout } from "./layout.js";

/** For files of ours: nobody else's business. */
export const fileMode = 0o600;
/** For folders of ours. */
export const folderMode = 0o700;

/** The spool's own folder. */
export interface Folder {
  readonly layout: Layout;
  /** Whether names and bytes have to outlive a power loss. */
  readonly isFlushed: boolean;
  /** Makes what is missing, once in the life of the process; resolves with the spool's id. */
  ready(): Promise<string>;
  /**
   * Asked before it is believed that something is not there: a disk that is not mounted any more has nothing.
   *
   * @throws {UploadError} `BACKEND_UNAVAILABLE` where the folder was there once and is not now
   */
  checkThere(): Promise<void>;
  /** Makes names in a folder outlive a power loss, where they have to. */
  flushNames(path: string): Promise<void>;
  /**
   * Makes the names of a cell, its shelf and the folder of shelves outlive a power loss, once for each cell: whoever made
   * them may not have come so far.
   */
  flushAbove(shelf: string, cell: string): Promise<void>;
}

/** Cells that are known to be flushed. */
const mostKnown = 10_000;

/** Does nothing yet. */
export function folderOf(layout: Layout, isFlushed: boolean): Folder {
  let made: Promise<string> | undefined;
  let seen = false;
  const flushNames = async (path: string): Promise<void> => {
    // Windows has no such call and keeps its own journal of names.
    if (!isFlushed || process.platform === "win32") return;
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  };
  const flushed = new Set<string>();
  const flushAbove = async (shelf: string, cell: string): Promise<void> => {
    if (!isFlushed || flushed.has(cell)) return;
    await flushNames(shelf);
    await flushNames(layout.uploads);
    if (flushed.size >= mostKnown) flushed.clear();
    flushed.add(cell);
  };
  return {
    layout,
    isFlushed,
    flushNames,
    flushAbove,
    ready: () =>
      (made ??= make(layout, flushNames, isFlushed).then(
        (id) => {
          seen = true;
          return id;
        },
        (error: unknown) => {
          made = undefined;
          throw error;
        },
      )),
    checkThere: async () => {
      if (seen && (await unlessMissing(stat(layout.id))) === null) throw spoolGone("the spool is gone");
    },
  };
}

async function make(layout: Layout, flushNames: Folder["flushNames"], isFlushed: boolean): Promise<string> {
  const { root, uploads, aside } = layout;
  for (const path of [root, uploads, aside]) await mkdir(path, { recursive: true, mode: folderMode });
  const id = await nameIt(layout.id, isFlushed);
  await flushNames(root);
  return id;
}

const looks = 50;
const restMs = 10;

/** Whoever comes first names the spool; others read the name, perhaps before all of it is written. */
async function nameIt(path: string, isFlushed: boolean): Promise<string> {
  try {
    const file = await open(path, "wx", fileMode);
    try {
      const id = randomBytes(8).toString("hex");
      await file.writeFile(id);
      if (isFlushed) await file.sync();
      return id;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  for (let look = 0; look < looks; look++) {
    const id = await readFile(path, "latin1");
    if (/^\w{8,64}$/.test(id)) return id;
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
  throw spoolGone("the file `id` of the spool is damaged");
}
