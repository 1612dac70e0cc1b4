import { slavePaths } from "@stowage/cloudreve-wire";

/** Where the node has the content of a key. */
export function contentPath(key: string): string {
  return slavePaths.content({ path: key, name: key.slice(key.lastIndexOf("/") + 1) || "file" });
}
