import type { ConfigPath } from "../mistake.js";

// The checks look at the file's values before their types are known to be right, so that one mistake hides no other.

/** Entries of a mapping; none where it is something else. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** Items of a list with their indexes; none where it is something else. */
export function itemsOf(value: unknown): readonly (readonly [number, unknown])[] {
  return Array.isArray(value) ? [...value.entries()] : [];
}

/** What is at a path; `undefined` where it leads nowhere. */
export function valueAt(value: unknown, ...path: ConfigPath): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Readonly<Record<string | number, unknown>>)[step];
  }
  return found;
}
