import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const everyMs = 25;

/** Looks at a folder until it is asked. */
export interface FolderWatch {
  /** Most bytes in its files at any look, over what was there at the first. */
  stop(): number;
}

/** What a server writes into its folder, temporary files too, if only for a moment. */
export function watchFolder(folder: string): FolderWatch {
  const before = bytesIn(folder);
  let most = before;
  const look = (): void => {
    most = Math.max(most, bytesIn(folder));
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return most - before;
    },
  };
}

function bytesIn(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  return sum;
}
