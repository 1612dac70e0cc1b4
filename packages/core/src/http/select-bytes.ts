import type { ByteRange } from "../bytes.js";
import { printContentRange } from "./content-range.js";
import type { HttpExchange } from "./exchange.js";
import { parseRange } from "./range.js";

/** What a download answers with. The fields are of the selection only: `ETag` and the rest are the front-end's. */
export type SelectedBytes =
  /** 304: the client has this version. */
  | { readonly kind: "unchanged" }
  /** 416 with these fields. */
  | { readonly kind: "unsatisfiable"; readonly headers: Readonly<Record<string, string>> }
  /** 200 or 206; `range: null` is all of it. */
  | {
      readonly kind: "bytes";
      readonly status: 200 | 206;
      readonly range: ByteRange | null;
      readonly headers: Readonly<Record<string, string>>;
    };

/**
 * What `If-None-Match`, `If-Range` and `Range` ask of content with a strong tag (RFC 9110, sections 13 and 14). `etag`
 * has its quotes. A range counts only for the version that the client has a part of.
 */
export function selectBytes(exchange: Pick<HttpExchange, "header">, etag: string, size: number): SelectedBytes {
  if (matches(exchange.header("if-none-match"), etag)) return { kind: "unchanged" };
  const condition = exchange.header("if-range");
  const isCurrent = condition === undefined || condition === etag;
  const range = isCurrent ? parseRange(exchange.header("range"), size) : null;
  if (range === "unsatisfiable")
    return { kind: "unsatisfiable", headers: { "content-range": printContentRange({ kind: "unsatisfied", size }) } };
  if (range === null) return { kind: "bytes", status: 200, range, headers: { "content-length": String(size) } };
  const headers = {
    "content-length": String(range.end - range.start),
    "content-range": printContentRange({ kind: "range", range, size }),
  };
  return { kind: "bytes", status: 206, range, headers };
}

/** Compared weakly, as `If-None-Match` is. */
function matches(field: string | undefined, etag: string): boolean {
  const tags = (field ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}
