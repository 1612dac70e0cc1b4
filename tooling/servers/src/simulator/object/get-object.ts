import { refuse } from "../http/refusal.js";
import { emptyAnswer } from "../http/s3-answer.js";
import type { S3Answer } from "../http/s3-answer.js";
import type { StoredObject } from "../state/bucket.js";
import type { S3Call } from "../state/s3-call.js";
import { checksumHeaders } from "./put-object.js";
import { isUnchanged, requireReadConditions } from "./read-conditions.js";
import { readObjectRange } from "./object-range.js";

const overrides = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

/** GetObject and HeadObject: the whole, a range, or a part. */
export async function getObject({ request, bucket, key }: S3Call): Promise<S3Answer> {
  const object = bucket.objects.get(key);
  if (object === undefined) throw refuse("NoSuchKey", "The specified key does not exist.", { details: { Key: key } });
  requireReadConditions(request, object);
  if (isUnchanged(request, object)) return emptyAnswer(304, validators(object));
  const { range, parts } = readObjectRange(request, object);
  const { start, end } = range ?? { start: 0, end: object.content.size };
  const wantsChecksum = request.header("x-amz-checksum-mode") === "ENABLED" && range === null;
  const headers: Record<string, string> = {
    ...object.headers,
    ...validators(object),
    "accept-ranges": "bytes",
    "content-length": String(end - start),
    ...(range === null ? {} : { "content-range": `bytes ${start}-${end - 1}/${object.content.size}` }),
    ...(parts === null ? {} : { "x-amz-mp-parts-count": String(parts) }),
    ...(wantsChecksum ? checksumHeaders(object) : {}),
  };
  for (const name of overrides) {
    const value = request.parameter(`response-${name}`);
    if (value !== null) headers[name] = value;
  }
  const status = range === null ? 200 : 206;
  if (request.method === "HEAD") return { status, headers, body: null };
  return { status, headers, body: { size: end - start, bytes: object.content.read(start, end) } };
}

function validators(object: StoredObject): Readonly<Record<string, string>> {
  return { etag: object.etag, "last-modified": new Date(object.modifiedAt).toUTCString() };
}
