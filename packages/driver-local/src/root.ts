import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { intruder, rootGone } from "./errors.js";
import { type FileCalls, inThreads } from "./file-calls.js";
import type { Layout } from "./layout.js";
import type { LocalSettings } from "./options.js";
import { syncFolder } from "./sync-folder.js";

/** The root's own folders, made with the first bytes. */
export interface Root {
  /**
   * They were there once in the life of the driver; made where they were not. Never made again: where they are missing
   * later their disk is not mounted, and what is written below its mount point is lost.
   */
  ready(): Promise<void>;
  /** Whether they are there now. */
  isThere(calls: FileCalls): Promise<boolean>;
  /**
   * Asked before it is believed that something is not there. A driver that never saw its folders believes it.
   *
   * @throws {UploadError} `BACKEND_UNAVAILABLE` where they were there once and are not now
   */
  checkThere(calls: FileCalls): Promise<void>;
  /**
   * Whether birth times can be believed. Where statx(2) is forbidden or missing, the time of the last change comes
   * instead; the folder of parts changes with every upload, so its two times tell.
   */
  knowsBirths(calls: FileCalls): Promise<boolean>;
}

/** Makes and checks the folders of a layout. The root itself may be a symbolic link, as its operator chose it. */
export function rootOf(layout: Layout, settings: LocalSettings): Root {
  let made: Promise<void> | undefined;
  let seen = false;
  const ready = (): Promise<void> =>
    (made ??= make(layout, settings).then(
      () => void (seen = true),
      (error: unknown) => {
        made = undefined;
        throw error;
      },
    ));
  const isThere = async (calls: FileCalls): Promise<boolean> => {
    for (const folder of [layout.parts, layout.objects]) if ((await calls.kindOf(folder)) !== "folder") return false;
    seen = true;
    return true;
  };
  const checkThere = async (calls: FileCalls): Promise<void> => {
    if (!(await isThere(calls)) && seen) throw rootGone();
  };
  let known = false;
  const knowsBirths = async (calls: FileCalls): Promise<boolean> => {
    if (known) return true;
    const parts = await calls.lstat(layout.parts);
    known = parts !== null && parts.bornAt !== "0" && parts.bornAt !== parts.changedAt;
    return known;
  };
  return { ready, isThere, checkThere, knowsBirths };
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
