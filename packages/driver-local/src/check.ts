import { randomUUID } from "node:crypto";
import { link, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckFinding } from "@stowage/core";
import type { LocalContext } from "./context.js";
import { codeOf } from "./errors.js";
import { inThreads } from "./file-calls.js";

/** Looks at the root, and tries in it what uploads will do. Leaves nothing behind. */
export async function check(context: LocalContext): Promise<readonly CheckFinding[]> {
  try {
    await context.root.ready();
  } catch (error) {
    return [
      broken(
        "root",
        `its folders cannot be made: ${reasonOf(error)}`,
        "create it, on a mounted disk, and give it to the user that the process runs as",
      ),
    ];
  }
  if (!(await context.root.isThere(inThreads))) {
    const mend = "mount its disk again; if somebody removed them, start the process again, which makes them";
    return [broken("root", "its folders were there and are gone", mend)];
  }
  const found = [
    await checkDevices(context),
    await checkCalls(context),
    await checkRoom(context),
    await checkStale(context),
  ];
  return found.flat();
}

async function checkDevices({ layout }: LocalContext): Promise<readonly CheckFinding[]> {
  const [parts, objects] = [await inThreads.lstat(layout.parts), await inThreads.lstat(layout.objects)];
  if (parts?.device === objects?.device) return [];
  return [
    broken(
      "root",
      "parts and objects lie on different file systems, so nothing can be published",
      "mount one file system at the root, not below it",
    ),
  ];
}

/** Makes a file among the parts, links and renames it to the objects. */
async function checkCalls({ layout, settings }: LocalContext): Promise<readonly CheckFinding[]> {
  const name = `.check-${randomUUID()}`;
  const [part, object] = [join(layout.parts, name), join(layout.objects, name)];
  try {
    await writeFile(part, "check", { flag: "wx", mode: settings.fileMode });
    const linked = await link(part, object).then(
      () => null,
      (error: unknown) => reasonOf(error),
    );
    await rename(part, object);
    if (linked === null || settings.hardLinks === "never") return [];
    return [
      {
        severity: "warning",
        subject: "hard links",
        message: `the file system makes none (${linked}), so each publication takes a reservation`,
        mend: 'set hardLinks: "never", and inodes: "unstable" if it is FAT or FUSE',
      },
    ];
  } catch (error) {
    return [
      broken(
        "root",
        `files cannot be made and renamed: ${reasonOf(error)}`,
        "make it writable, and see that its disk is not full",
      ),
    ];
  } finally {
    await Promise.all([rm(part, { force: true }), rm(object, { force: true })]).catch(() => {});
  }
}

async function checkRoom({ layout, settings }: LocalContext): Promise<readonly CheckFinding[]> {
  const { bavail, bsize, files, ffree } = await statfs(layout.root);
  const free = bavail * bsize;
  const findings: CheckFinding[] = [];
  if (free < settings.minFree) {
    findings.push({
      severity: "warning",
      subject: "space",
      message: `${free} bytes are free, ${settings.minFree} wanted`,
      mend: "make room on the disk, or lower minFree",
    });
  }
  // Some file systems make inodes as they need them, and say 0 of 0.
  if (files > 0 && ffree < files / 100) {
    findings.push({
      severity: "warning",
      subject: "inodes",
      message: `${ffree} of ${files} inodes are free`,
      mend: "remove files, or make a file system with more inodes",
    });
  }
  return findings;
}

/** Left by a process that was stopped so long that its upload ended without it. */
async function checkStale({ layout, settings, runtime }: LocalContext): Promise<readonly CheckFinding[]> {
  const before = runtime.clock.now() - settings.staleMs;
  let stale = 0;
  for (const folder of [layout.parts, layout.fenced]) {
    for (const name of await inThreads.readdir(folder)) {
      const file = await inThreads.lstat(join(folder, name));
      if (file !== null && file.modifiedAt < before) stale++;
    }
  }
  if (stale === 0) return [];
  return [
    {
      severity: "warning",
      subject: "parts",
      message: `${stale} uploads' files were not written to for ${settings.staleMs} ms`,
      mend: "remove those that no open session has, or raise staleMs above the longest life of a session",
    },
  ];
}

function broken(subject: string, message: string, mend: string): CheckFinding {
  return { severity: "error", subject, message, mend };
}

function reasonOf(error: unknown): string {
  return codeOf(error) || String(error);
}
