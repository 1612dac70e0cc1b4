import { mkdir, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, objectExists } from "./errors.js";
import { type Layout, nameFor } from "./layout.js";

/**
 * Takes a key for one upload, for as long as it publishes: rename(2) overwrites, so where there are no hard links
 * nobody but the holder may rename to the key. Kept by a crash, and taken again by the same upload. An empty
 * reservation was left between its two calls, and is anybody's.
 *
 * @throws {UploadError} `OBJECT_EXISTS` while another upload has it
 */
export async function reserveKey(layout: Layout, key: string, upload: string, mode: number): Promise<void> {
  const path = reservationOf(layout, key);
  await mkdir(layout.reserved, { recursive: true, mode });
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(upload);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    const holder = await readFile(path, "utf8");
    if (holder !== "" && holder !== upload) throw objectExists(key);
  }
}

/** Gives it back, if this upload has it. */
export async function releaseKey(layout: Layout, key: string, upload: string): Promise<void> {
  const path = reservationOf(layout, key);
  try {
    const holder = await readFile(path, "utf8");
    if (holder === upload || holder === "") await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function reservationOf(layout: Layout, key: string): string {
  return join(layout.reserved, nameFor(key));
}
