import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResumeStore } from "../session/resume-store.js";

/**
 * Remembers unfinished uploads as small files of a folder, which is made when it is needed. Several processes may
 * share it.
 */
export function folderStore(folder: string): ResumeStore {
  const nameOf = (key: string): string => `${createHash("sha256").update(key).digest("hex")}.json`;
  const fileOf = (key: string): string => join(folder, nameOf(key));
  return {
    get: async (key) => {
      try {
        return await readFile(fileOf(key), "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw error;
      }
    },
    set: async (key, value) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const fresh = `${fileOf(key)}.${randomUUID()}`;
      await writeFile(fresh, value, { mode: 0o600 });
      // A reader sees the old file or the new one, also after a crash.
      await rename(fresh, fileOf(key));
    },
    remove: async (key) => {
      const names = await readdir(folder).catch(() => []);
      // What a process that was killed did not rename any more, too.
      const ours = names.filter((name) => name.startsWith(nameOf(key)));
      await Promise.all(ours.map((name) => rm(join(folder, name), { force: true })));
    },
  };
}
