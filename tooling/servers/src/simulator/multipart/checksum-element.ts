import type { Checksum } from "../checksum/algorithm.js";
import type { OpenUpload } from "../state/bucket.js";
import type { XmlNode } from "../xml/write-xml.js";

/** A part's checksum in a document; `null` where the client did not choose an algorithm for the upload. */
export function checksumElement(upload: Pick<OpenUpload, "algorithm">, checksum: Checksum | null): XmlNode | null {
  if (upload.algorithm === null || checksum === null) return null;
  return [`Checksum${checksum.algorithm}`, checksum.value];
}
