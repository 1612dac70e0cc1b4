import { randomBytes } from "node:crypto";
import { rename, statfs, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CheckFinding, UploadError } from "@stowage/core";
import { driverName } from "../../errors.js";
import { codeOf } from "./errors.js";
import { fileMode, type Folder } from "./folder.js";

/** Makes a file and renames it, as each piece is; looks how much room there is. */
export async function checkFolder(folder: Folder, minFree: number): Promise<readonly CheckFinding[]> {
  const { aside, uploads } = folder.layout;
  const name = `check-${randomBytes(8).toString("hex")}`;
  try {
    await folder.ready();
    await folder.checkThere();
    await writeFile(join(aside, name), "check", { flag: "wx", mode: fileMode });
    await rename(join(aside, name), join(uploads, name));
    await unlink(join(uploads, name));
  } catch (error) {
    const mend = "create it on a mounted disk with room, and give it to the user that the process runs as";
    return [{ severity: "error", subject: "spool", message: `files cannot be made: ${reasonOf(error)}`, mend }];
  }
  const free = await freeBytes(folder);
  if (free >= minFree) return [];
  const message = `${free} bytes are free, ${minFree} wanted`;
  return [{ severity: "warning", subject: "spool", message, mend: "make room on its disk, or lower minFree" }];
}

/** @throws {UploadError} `BACKEND_FULL`, `BACKEND_UNAVAILABLE` */
export async function pingFolder(folder: Folder, minFree: number): Promise<void> {
  await folder.ready();
  await folder.checkThere();
  const free = await freeBytes(folder);
  if (free >= minFree) return;
  throw new UploadError("BACKEND_FULL", `spool: ${free} bytes are free`, { driver: driverName }, { retry: "same" });
}

async function freeBytes({ layout }: Folder): Promise<number> {
  const { bavail, bsize } = await statfs(layout.root);
  return bavail * bsize;
}

function reasonOf(error: unknown): string {
  return codeOf(error) || String(error);
}
