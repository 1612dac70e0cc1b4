import { UploadError } from "@stowage/core";
import type { CatalogEntry } from "@stowage/core";
import type { OwnCall } from "../call.js";

/**
 * What is at a path of the caller.
 *
 * @throws {UploadError} `ENTRY_NOT_FOUND` also for the root, which has no entry
 */
export async function findEntry({ engine, options }: OwnCall, path: string): Promise<CatalogEntry> {
  const entry = await engine.find({ path }, options);
  if (entry === null) throw new UploadError("ENTRY_NOT_FOUND", "nothing is at the path", { path });
  return entry;
}
