import { readFile, readdir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";

/** Descriptors that a process holds on files below a folder, by path. Linux only. */
export async function openFiles(pid: number, folder: string): Promise<readonly string[]> {
  const names = await readdir(`/proc/${pid}/fd`);
  // One that was closed meanwhile is none.
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
  return targets.filter((target) => target.startsWith(`${folder}/`));
}

/** Sizes of all files below a folder together. Files that are removed meanwhile do not count. */
export async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Bytes that a process has read so far, from files and sockets. Linux only. */
export async function bytesRead(pid: number): Promise<number> {
  const [, digits] = /^rchar: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, "utf8")) ?? [];
  return Number(digits);
}
