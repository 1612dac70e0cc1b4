import type { CatalogEntry } from "@stowage/core";
import type { ContentAnswer } from "../wire/answers.js";
import { storeRelativePath } from "../wire/content-path.js";

/** A file as listings show it. */
export function describeFile({ path, object, modifiedAt }: CatalogEntry): ContentAnswer["StoreFiles"][number] {
  return {
    FileSize: String(object?.size ?? 0),
    FileVersion: {
      VersionNumber: String(Math.max(0, Math.trunc(modifiedAt))),
      EpochDataLossNumber: "0",
      EpochConfigurationNumber: "0",
    },
    ModifiedDate: new Date(Math.min(Math.max(modifiedAt, 0), lastInstantMs)).toISOString(),
    StoreRelativePath: storeRelativePath(path),
  };
}

/** Dates have four digits for the year. */
const lastInstantMs = 253_402_300_799_999;
