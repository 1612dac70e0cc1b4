import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

/** What lies where in the data folder. */
export interface DataFolder {
  readonly root: string;
  readonly database: string;
  readonly accounts: string;
  readonly signingKey: string;
}

/** The names in a folder, which need not be there. */
export function dataFolder(path: string): DataFolder {
  const root = resolve(path);
  return {
    root,
    database: join(root, "stowage.db"),
    accounts: join(root, "accounts.db"),
    signingKey: join(root, "signing.key"),
  };
}

/** Makes the folder, readable for its owner only, where it is missing. One that is there keeps its permissions. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = dataFolder(path);
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
  return folder;
}
