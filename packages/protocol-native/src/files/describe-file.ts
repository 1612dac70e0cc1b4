import type { CatalogEntry } from "@stowage/core";
import type { FileInfo } from "../wire/answers.js";

/** A file or folder as clients see it. */
export function describeFile(entry: CatalogEntry): FileInfo {
  const { id, path, version, object, contentType, metadata, createdAt, modifiedAt } = entry;
  return {
    id,
    path,
    kind: object === null ? "folder" : "file",
    version,
    size: object?.size ?? 0,
    contentType,
    metadata: { ...metadata },
    createdAt,
    modifiedAt,
    ...(object?.checksum === undefined ? {} : { checksum: { ...object.checksum } }),
  };
}
