import { UploadError } from "@stowage/core";
import type { CatalogEntry } from "@stowage/core";
import { checkPath } from "@stowage/core/catalog";
import type { Call } from "../call.js";

/** How a query names a file: one of the two is there. */
export interface FileName {
  readonly path?: string | undefined;
  readonly id?: string | undefined;
}

/** What the caller has there. @throws {UploadError} `ENTRY_NOT_FOUND`, `NAME_REFUSED` */
export async function findFile({ engine, options }: Call, { path, id }: FileName): Promise<CatalogEntry> {
  if (path !== undefined) checkPath(path);
  const entry = await engine.find(path === undefined ? { id: id ?? "" } : { path }, options);
  if (entry === null) throw new UploadError("ENTRY_NOT_FOUND", "no such file", { path: path ?? id ?? "" });
  return entry;
}
