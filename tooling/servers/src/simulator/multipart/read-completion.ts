import { checksumAlgorithms } from "../checksum/algorithm.js";
import type { Checksum } from "../checksum/algorithm.js";
import { childText, malformed, readXml } from "../xml/read-xml.js";
import type { XmlElement } from "../xml/read-xml.js";

/** A part as a completion names it. */
export interface NamedPart {
  readonly number: number;
  /** With quotes, whether it had them or not. */
  readonly etag: string;
  readonly checksums: readonly Checksum[];
}

/** The parts of a `CompleteMultipartUpload` document, in its order. @throws MalformedXML, for none and over 10,000 too */
export function readCompletion(document: string): readonly NamedPart[] {
  const parts = readXml(document, "CompleteMultipartUpload").children.map(readPart);
  if (parts.length === 0 || parts.length > 10_000) throw malformed();
  return parts;
}

function readPart(element: XmlElement): NamedPart {
  const number = childText(element, "PartNumber")?.trim() ?? "";
  const etag = childText(element, "ETag")?.trim();
  if (element.name !== "Part" || !/^\d{1,9}$/.test(number) || etag === undefined) throw malformed();
  const checksums = checksumAlgorithms.flatMap((algorithm) => {
    const value = childText(element, `Checksum${algorithm}`);
    return value === null ? [] : [{ algorithm, value: value.trim() }];
  });
  return { number: Number(number), etag: `"${etag.replaceAll('"', "")}"`, checksums };
}
