import { UploadError } from "@stowage/core";
import type { Protocol } from "@stowage/core/http";

/** A front-end and where it is found. */
export interface Mount {
  /** `""` for the root, else `/one` or `/one/two`: no slash at the end, no query, nothing percent-encoded. */
  readonly prefix: string;
  readonly protocol: Protocol;
}

/**
 * Checks the prefixes once and returns the look-up. The longest prefix that ends at a `/` of the path, or at its
 * end, wins; `null` where none does.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a malformed prefix and for one that is there twice
 */
export function findMount(mounts: readonly Mount[]): (path: string) => Mount | null {
  const issues = mounts.flatMap(({ prefix }, index) => [...issuesOf(prefix, mounts.slice(0, index))]);
  if (issues.length > 0) {
    throw new UploadError("OPTIONS_INVALID", `mounts: ${issues.join("; ")}`, { driver: "front-door", issues });
  }
  const longestFirst = mounts.toSorted((a, b) => b.prefix.length - a.prefix.length);
  return (path) => longestFirst.find(({ prefix }) => isUnder(path, prefix)) ?? null;
}

function isUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path.charAt(prefix.length) === "/");
}

function* issuesOf(prefix: string, before: readonly Mount[]): Generator<string> {
  if (!/^(\/[\w.~!$&'()*+,;=:@-]+)*$/.test(prefix)) yield `${prefix}: not a path prefix`;
  if (before.some((mount) => mount.prefix === prefix)) yield `${prefix || "the root"}: mounted twice`;
}
