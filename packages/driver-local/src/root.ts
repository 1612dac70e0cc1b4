import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { intruder } from "./errors.js";
import { type FileCalls, inThreads } from "./file-calls.js";
import type { Layout } from "./layout.js";
import type { LocalSettings } from "./options.js";
import { syncFolder } from "./sync-folder.js";

/** The root's own folders, made with the first bytes. */
export interface Root {
  /** They are there: looked at once in the life of the driver. */
  ready(): Promise<void>;
  /**
   * Whether birth times can be believed. Where statx(2) is forbidden or missing, the time of the last change comes
   * instead; the folder of parts changes with every upload, so its two times tell.
   */
  knowsBirths(calls: FileCalls): Promise<boolean>;
  /** Somebody removed them. */
  makeAgain(): Promise<void>;
}

/** Makes and checks the folders of a layout. The root itself may be a symbolic link, as its operator chose it. */
export function rootOf(layout: Layout, settings: LocalSettings): Root {
  let made: Promise<void> | undefined;
  const makeAgain = (): Promise<void> => {
    const making = make(layout, settings);
    made = making;
    making.catch(() => {
      if (made === making) made = undefined;
    });
    return making;
  };
  let known = false;
  const knowsBirths = async (calls: FileCalls): Promise<boolean> => {
    if (known) return true;
    const parts = await calls.lstat(layout.parts);
    known = parts !== null && parts.bornAt !== "0" && parts.bornAt !== parts.changedAt;
    return known;
  };
  return { ready: () => made ?? makeAgain(), knowsBirths, makeAgain };
}

async function make({ root, objects, parts }: Layout, { folderMode: mode, durability }: LocalSettings): Promise<void> {
  const first = await mkdir(root, { recursive: true, mode });
  for (const folder of [objects, parts]) {
    await inThreads.mkdir(folder, mode);
    const found = await inThreads.lstat(folder);
    if (found?.kind !== "folder") throw intruder("something else lies where a folder of the root should");
  }
  if (durability !== "disk") return;
  await syncFolder(inThreads, root);
  for (let above = root; first !== undefined && above !== dirname(first); above = dirname(above)) {
    await syncFolder(inThreads, dirname(above));
  }
}
