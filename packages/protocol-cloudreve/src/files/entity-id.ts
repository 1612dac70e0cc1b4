import type { CatalogEntry } from "@stowage/core";

/** What an entity id names: one version of one file. */
export interface Entity {
  readonly entryId: string;
  readonly version: string;
}

/** Cloudreve calls a version of a file an entity; clients take its id as it is. */
export function printEntityId({ id, version }: Pick<CatalogEntry, "id" | "version">): string {
  return `${id}.${version}`;
}

/** `null` for what `printEntityId` has not written. Entry ids hold no dot. */
export function parseEntityId(text: string): Entity | null {
  const match = /^([\w~-]{1,128})\.([\w.~-]{1,128})$/.exec(text);
  return match === null ? null : { entryId: match[1] ?? "", version: match[2] ?? "" };
}
