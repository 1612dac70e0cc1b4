import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResumeStore } from "../session/resume-store.js";

/**
 * Remembers unfinished uploads as small files of a folder, which is made when it is needed. Several processes may
 * share it.
 */
export function folderStore(folder: string): ResumeStore {
  const fileOf = (key: string): string => join(folder, `${createHash("sha256").update(key).digest("hex")}.json`);
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
    remove: (key) => rm(fileOf(key), { force: true }),
  };
}
