import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** A copy of what was piped in. */
export interface Spooled {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Copies a stream to a temporary file, which only this user can read: sessions want a size, and chunks that break off are
 * sent again. Rejects with Node's error (`ENOSPC`); nothing is left then.
 */
export async function spoolStdin(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), "stowage-stdin-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, "stdin");
  try {
    await pipeline(input, createWriteStream(path, { mode: 0o600 }), { signal });
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
