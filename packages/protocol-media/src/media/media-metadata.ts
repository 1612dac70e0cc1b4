import type { CatalogEntry } from "@stowage/core";
import { mediaKinds } from "../wire/answers.js";
import type { MediaKind } from "../wire/answers.js";

const kindKey = "media-type";

/** What the catalog keeps of an upload, so that its file is known as media for ever. */
export function metadataOf(kind: MediaKind): Readonly<Record<string, string>> {
  return { [kindKey]: kind };
}

/** `null`: a folder, or a file that did not come through this front-end. */
export function kindOf({ object, metadata }: CatalogEntry): MediaKind | null {
  if (object === null) return null;
  return mediaKinds.find((kind) => kind === metadata[kindKey]) ?? null;
}
