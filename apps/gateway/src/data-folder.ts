import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

/** What lies where in the data folder. */
export interface DataFolder {
  readonly root: string;
  readonly database: string;
  readonly files: string;
  readonly signingKey: string;
}

/** Makes the folder, readable for its owner only, where it is missing. One that is there keeps its permissions. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const root = resolve(path);
  await mkdir(root, { recursive: true, mode: 0o700 });
  return {
    root,
    database: join(root, "stowage.db"),
    files: join(root, "files"),
    signingKey: join(root, "signing.key"),
  };
}
