import { resolve } from "node:path";
import type { Spool } from "../spool.js";
import { directoryShelf } from "./directory-shelf.js";
import { checkFolder, pingFolder } from "./check-folder.js";
import { mapped } from "./errors.js";
import { folderOf } from "./folder.js";
import { layoutOf } from "./layout.js";
import { sweepFolder } from "./sweep-folder.js";

/** Sizes in bytes. */
export interface DirectorySpoolOptions {
  /**
   * What an acknowledged byte survives: `process` (default), the death of the process; `disk`, also power loss: each piece
   * waits for a flush.
   */
  readonly durability?: "process" | "disk";
  /** With less room than this no new upload should come, and `check` warns. Default 256 MiB. */
  readonly minFree?: number;
}

const defaultMinFree = 256 * 1024 * 1024;

/**
 * A spool in a folder that belongs to it alone; made with the first piece. Several processes of one host may share it.
 *
 * @example
 * const spool = directorySpool("/var/spool/stowage", { durability: "disk" });
 */
export function directorySpool(path: string, options: DirectorySpoolOptions = {}): Spool {
  const { durability = "process", minFree = defaultMinFree } = options;
  const layout = layoutOf(resolve(path));
  const folder = folderOf(layout, durability === "disk");
  return {
    id: () => mapped("open", () => folder.ready()),
    shelf: (upload, expiresAt) => directoryShelf(folder, upload, expiresAt),
    sweep: (before) =>
      mapped("sweep", () => sweepFolder(layout, (upload) => directoryShelf(folder, upload, before), before)),
    ping: () => mapped("ping", () => pingFolder(folder, minFree)),
    check: () => mapped("check", () => checkFolder(folder, minFree)),
  };
}
