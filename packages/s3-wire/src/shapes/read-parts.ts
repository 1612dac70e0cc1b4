import type { Checksum } from "@stowage/core";
import { readXml } from "../xml/read-xml.js";
import { childNumber, childrenOf, childText, type XmlElement } from "../xml/xml-element.js";
import { bareEtag } from "./etag.js";

/** A part as its store lists it. */
export interface ListedPart {
  /** From 1. */
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Absent where the store lists none of a kind that we know. */
  readonly checksum?: Checksum;
}

/** A page of a list of parts. */
export interface PartPage {
  readonly parts: readonly ListedPart[];
  /** `part-number-marker` of the next page; `null` on the last one. */
  readonly next: number | null;
}

const checksums = [
  ["ChecksumCRC32", "crc32"],
  ["ChecksumCRC32C", "crc32c"],
  ["ChecksumCRC64NVME", "crc64nvme"],
] as const;

/** Reads a `ListPartsResult`; `null` where it is none. A page that says it is cut short and names no next one is none. */
export function readParts(document: string): PartPage | null {
  const root = readXml(document);
  if (root?.name !== "ListPartsResult") return null;
  const parts = childrenOf(root, "Part").map(readPart);
  const next = childText(root, "IsTruncated") === "true" ? childNumber(root, "NextPartNumberMarker") : null;
  const isCut = childText(root, "IsTruncated") === "true" && next === null;
  const known = parts.filter((part) => part !== null);
  return isCut || known.length < parts.length ? null : { parts: known, next };
}

function readPart(part: XmlElement): ListedPart | null {
  const [number, size, etag] = [childNumber(part, "PartNumber"), childNumber(part, "Size"), childText(part, "ETag")];
  if (number === null || size === null || etag === null) return null;
  const kind = checksums.find(([name]) => childText(part, name) !== null);
  const value = kind === undefined ? null : childText(part, kind[0]);
  const checksum = kind === undefined || value === null ? {} : { checksum: { algorithm: kind[1], value } };
  return { number, size, etag: bareEtag(etag), ...checksum };
}
