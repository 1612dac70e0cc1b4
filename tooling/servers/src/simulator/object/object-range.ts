import { refuse } from "../http/refusal.js";
import type { S3Request } from "../http/s3-request.js";
import type { StoredObject } from "../state/bucket.js";

/** Which bytes a GET or HEAD is about. `range` is half-open, `null`: the whole. `parts`: how many, where a part was asked for. */
export interface ObjectRange {
  readonly range: { readonly start: number; readonly end: number } | null;
  readonly parts: number | null;
}

/** @throws InvalidRange, InvalidRequest, InvalidPartNumber */
export function readObjectRange(request: S3Request, object: StoredObject): ObjectRange {
  const field = request.header("range");
  const partNumber = request.parameter("partNumber");
  if (partNumber === null) return { range: byteRange(field, object.content.size), parts: null };
  if (field !== null) throw refuse("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  const sizes = object.partSizes ?? [object.content.size];
  const at = Number(partNumber) - 1;
  const size = sizes[at];
  if (size === undefined) {
    throw refuse("InvalidRange", "The requested partnumber is not satisfiable", {
      details: { PartNumberRequested: partNumber, ActualPartCount: String(sizes.length) },
    });
  }
  const start = sizes.slice(0, at).reduce((sum, one) => sum + one, 0);
  return { range: size === 0 ? null : { start, end: start + size }, parts: object.partSizes?.length ?? null };
}

/** What is not one range of bytes is ignored (RFC 9110, section 14.2). */
function byteRange(field: string | null, size: number): ObjectRange["range"] {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec((field ?? "").trim()) ?? [];
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  if (first !== "" && last !== "" && Number(last) < start) return null;
  if (start < end) return { start, end };
  throw refuse("InvalidRange", "The requested range is not satisfiable", {
    details: { RangeRequested: field ?? "", ActualObjectSize: String(size) },
    headers: { "content-range": `bytes */${size}` },
  });
}
