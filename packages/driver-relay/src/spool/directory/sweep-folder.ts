import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EpochMs } from "@stowage/core";
import type { Shelf } from "../spool.js";
import { unlessMissing } from "./errors.js";
import type { Layout } from "./layout.js";
import { parseExpiry } from "./layout.js";

/** What lies aside is being made or removed; after this long whoever did it is gone. Milliseconds. */
const asideMs = 3_600_000;

/** Looks at each shelf's expiry, and at what crashes left aside. `open`: the shelf of a name. */
export async function sweepFolder(layout: Layout, open: (upload: string) => Shelf, before: EpochMs): Promise<number> {
  let removed = 0;
  for (const upload of (await unlessMissing(readdir(layout.uploads))) ?? []) {
    if (!/^[0-9a-f]{32}$/.test(upload)) continue;
    const names = (await unlessMissing(readdir(join(layout.uploads, upload)))) ?? [];
    const expiry =
      names.map(parseExpiry).find((time) => time !== null) ?? (await unmarked(join(layout.uploads, upload)));
    if (expiry >= before) continue;
    await open(upload).clear();
    removed++;
  }
  for (const name of (await unlessMissing(readdir(layout.aside))) ?? []) {
    if (!/^([0-9a-f]{32}|check)-[0-9a-f]{16}$/.test(name)) continue;
    const path = join(layout.aside, name);
    const found = await unlessMissing(stat(path));
    // By the file system's clock, which may be another host's.
    if (found !== null && Date.now() - found.mtimeMs > asideMs) await rm(path, { recursive: true, force: true });
  }
  return removed;
}

const unmarkedMs = 30 * 24 * 3_600_000;

/** A power loss may take the mark away where the spool is not made for one. */
async function unmarked(path: string): Promise<EpochMs> {
  const found = await unlessMissing(stat(path));
  return found === null ? Infinity : found.mtimeMs + unmarkedMs;
}
