import type { CatalogEntry } from "@stowage/core";
import { nameOf } from "@stowage/core/catalog";
import type { MediaInfo } from "../wire/answers.js";
import { kindOf } from "./media-metadata.js";

/** `null`: a folder, or a file that did not come through this front-end. */
export function describeMedia(entry: CatalogEntry): MediaInfo | null {
  const type = kindOf(entry);
  if (type === null || entry.object === null) return null;
  const { size, checksum } = entry.object;
  return {
    id: entry.id,
    type,
    content_type: entry.contentType,
    size,
    name: nameOf(entry.path),
    path: entry.path,
    created_at: new Date(entry.createdAt).toISOString(),
    ...(checksum === undefined ? {} : { checksum: { algorithm: checksum.algorithm, value: checksum.value } }),
  };
}
