import type { Dialect } from "../dialect.js";
import { readXml } from "../xml/read-xml.js";
import { element, writeXml } from "../xml/write-xml.js";
import { childText } from "../xml/xml-element.js";
import { bareEtag, quotedEtag } from "./etag.js";

/** A part that a completion names. */
export interface NamedPart {
  /** From 1; ascending in a list. */
  readonly number: number;
  readonly etag: string;
}

/** The body of a completion. */
export function writeCompletion({ namespace }: Dialect, parts: readonly NamedPart[]): string {
  const named = parts.map(({ number, etag }) =>
    element("Part", [element("PartNumber", String(number)), element("ETag", quotedEtag(etag))]),
  );
  return writeXml(element("CompleteMultipartUpload", named), namespace);
}

/** The object's entity tag in a `CompleteMultipartUploadResult` (empty where the store sends none); `null`: it is none. */
export function readCompletion(document: string): { readonly etag: string } | null {
  const root = readXml(document.trimStart());
  if (root?.name !== "CompleteMultipartUploadResult") return null;
  return { etag: bareEtag(childText(root, "ETag") ?? "") };
}
