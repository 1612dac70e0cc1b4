import type { FileCalls } from "./file-calls.js";
import { openFlags } from "./file-calls.js";
import { promisify } from "node:util";
import { fsync } from "node:fs";

const fsyncThread = promisify(fsync);

/** Makes names in a folder outlive a power loss. Windows has no such call and keeps its own journal of names. */
export async function syncFolder(calls: FileCalls, path: string): Promise<void> {
  if (process.platform === "win32") return;
  const descriptor = await calls.open(path, openFlags.read, 0);
  try {
    await fsyncThread(descriptor);
  } finally {
    await calls.close(descriptor);
  }
}
