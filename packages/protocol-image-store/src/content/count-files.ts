import type { Call } from "../call.js";

/** Entries that one answer looks at to count files: folders have no counters. */
const mostLooks = 10_000;
const pageSize = 1000;

/** Returns the counter of one answer: files of a folder and all below, as far as the answer's looks go. */
export function fileCounter({ engine, options }: Pick<Call, "engine" | "options">): (path: string) => Promise<number> {
  let looks = mostLooks;
  return async (path) => {
    let count = 0;
    for (const folders = [path]; folders.length > 0 && looks > 0;) {
      const folder = folders.pop() ?? path;
      for (let after: string | null = null; looks > 0;) {
        const page = await engine.list(folder, after, Math.min(pageSize, looks), options);
        looks -= page.length;
        for (const entry of page) {
          if (entry.object === null) folders.push(entry.path);
          else count += 1;
        }
        after = page.at(-1)?.path.slice(folder === "/" ? 1 : folder.length + 1) ?? null;
        if (page.length < pageSize) break;
      }
    }
    return count;
  };
}
