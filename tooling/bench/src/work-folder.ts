import { randomFillSync } from "node:crypto";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where servers store and the source lies. */
export interface WorkFolder {
  readonly path: string;
  /** A file of random bytes. */
  readonly source: string;
  remove(): Promise<void>;
}

const inMemory = "/dev/shm";
const step = 16 * 1024 * 1024;

/**
 * In memory where the machine has a file system there with room for the source, a server's copy and as much again, so
 * that servers are measured and not a disk; else in the folder for temporary files.
 */
export async function workFolder(sourceSize: number): Promise<WorkFolder> {
  const room = await statfs(inMemory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  const path = await mkdtemp(join(room > 3 * sourceSize ? inMemory : tmpdir(), "stowage-bench-"));
  const source = join(path, "source");
  const file = await open(source, "wx");
  try {
    const block = Buffer.alloc(step);
    for (let left = sourceSize; left > 0; left -= step)
      await file.write(randomFillSync(block), 0, Math.min(step, left));
  } finally {
    await file.close();
  }
  return { path, source, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}
