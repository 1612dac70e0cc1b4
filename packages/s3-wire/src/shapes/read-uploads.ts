import { readXml } from "../xml/read-xml.js";
import { childrenOf, childText } from "../xml/xml-element.js";

/** An upload that was begun and not ended. */
export interface ListedUpload {
  readonly key: string;
  readonly uploadId: string;
}

/** A page of a list of uploads. */
export interface UploadPage {
  readonly uploads: readonly ListedUpload[];
  /** `key-marker` and `upload-id-marker` of the next page; `null` on the last one. */
  readonly next: ListedUpload | null;
}

/** Reads a `ListMultipartUploadsResult`; `null` where it is none. */
export function readUploads(document: string): UploadPage | null {
  const root = readXml(document);
  if (root?.name !== "ListMultipartUploadsResult") return null;
  const uploads = childrenOf(root, "Upload").map((upload) =>
    listed(childText(upload, "Key"), childText(upload, "UploadId")),
  );
  const known = uploads.filter((upload) => upload !== null);
  const isCut = childText(root, "IsTruncated") === "true";
  const next = isCut ? listed(childText(root, "NextKeyMarker"), childText(root, "NextUploadIdMarker")) : null;
  return known.length < uploads.length || (isCut && next === null) ? null : { uploads: known, next };
}

function listed(key: string | null, uploadId: string | null): ListedUpload | null {
  return key === null || uploadId === null ? null : { key, uploadId };
}
