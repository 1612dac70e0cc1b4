import { lostUpload } from "./errors.js";

/** What a receipt of ours says: where its bytes are, in order. */
export interface RelayToken {
  /** Of the spool that the pieces lie in; empty where there are none. */
  readonly spool: string;
  /** Of all pieces. */
  readonly piece: string;
  readonly segments: readonly Segment[];
}

/** Bytes of one cell. */
export type Segment =
  /** A piece in the spool. */
  | { readonly kind: "piece"; readonly size: number }
  /** A whole cell, which the inner backend has: its receipt. */
  | { readonly kind: "part"; readonly cell: number; readonly token: string };

/** A JSON array, as short as can be: `[1,"spool","piece",[1024,[3,"inner"],77]]`. */
export function printToken({ spool, piece, segments }: RelayToken): string {
  const printed = segments.map((each) => (each.kind === "piece" ? each.size : [each.cell, each.token]));
  return JSON.stringify([1, spool, piece, printed]);
}

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` for a token that is none of ours */
export function parseToken(token: string): RelayToken {
  const [version, spool, piece, segments] = arrayIn(token);
  if (version !== 1 || typeof spool !== "string" || typeof piece !== "string" || !Array.isArray(segments))
    throw foreign();
  if (!/^\w*$/.test(spool) || !/^[0-9a-f]*$/.test(piece)) throw foreign();
  return { spool, piece, segments: segments.map(parseSegment) };
}

function parseSegment(segment: unknown): Segment {
  if (isCount(segment) && segment > 0) return { kind: "piece", size: segment };
  const [cell, token] = Array.isArray(segment) ? (segment as unknown[]) : [];
  if (isCount(cell) && typeof token === "string") return { kind: "part", cell, token };
  throw foreign();
}

function arrayIn(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function foreign(): Error {
  return lostUpload("a receipt is none of this driver");
}
