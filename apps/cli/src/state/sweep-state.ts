import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { takeLock } from "./take-lock.js";

/** No server keeps a session for so long without a chunk. */
const oldMs = 30 * 24 * 3_600_000;

/**
 * Forgets uploads that nobody went on with, and what killed processes left. Never in the way: what cannot be removed is left
 * to the next one. Returns how many files went.
 */
export async function sweepState(folder: string, now: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile() || now - found.mtimeMs < oldMs) continue;
    removed += (await removeOld(path).catch(() => false)) ? 1 : 0;
  }
  return removed;
}

async function removeOld(path: string): Promise<boolean> {
  if (!path.endsWith(".lock")) {
    await rm(path, { force: true });
    return true;
  }
  const release = await takeLock(path);
  await release?.();
  return release !== null;
}
