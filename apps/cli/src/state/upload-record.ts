import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ResumeStore } from "@stowage/client";
import { folderStore } from "@stowage/client/node";
import { takeLock } from "./take-lock.js";

/** The memory of one upload, which nobody else on this machine uses meanwhile. */
export interface UploadRecord {
  /** For `upload`. */
  readonly store: ResumeStore;
  forget(): Promise<void>;
  /** Others may have it. */
  release(): Promise<void>;
}

/** Of a file on its way to a place. `null`: another process has it. Rejects with Node's error where the folder is not to be had. */
export async function openRecord(folder: string, to: string, path: string): Promise<UploadRecord | null> {
  const key = `${to} ${path}`;
  const name = createHash("sha256").update(key).digest("hex");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = await takeLock(join(folder, `${name}.lock`));
  if (release === null) return null;
  const files = folderStore(folder);
  const store: ResumeStore = {
    get: () => files.get(key),
    set: (_, value) => files.set(key, value),
    remove: () => files.remove(key),
  };
  return { store, forget: async () => files.remove(key), release };
}
