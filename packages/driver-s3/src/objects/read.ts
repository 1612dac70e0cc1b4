import { type ByteRange, type ByteSource, type CallOptions, UploadError } from "@stowage/core";
import { quotedEtag } from "@stowage/s3-wire";
import type { S3Context, StoredSource } from "../context.js";
import { isUnknown, toUploadError } from "../errors.js";
import { storeKey } from "../keys.js";
import { failureIn, sendSigned } from "../wire/send-signed.js";
import { findObject } from "./find-object.js";

/**
 * A source of an object's bytes, or of a range of them, cut where the object ends. One request tells the size; another is
 * made whenever somebody reads, and refused if the object is another one by then.
 *
 * @throws {UploadError} `OBJECT_NOT_FOUND`, `NAME_REFUSED`, `BACKEND_*`
 */
export async function read(
  context: S3Context,
  key: string,
  wanted: ByteRange | null,
  options: CallOptions,
): Promise<ByteSource> {
  const found = await findObject(context, key, options);
  if (found === null) throw notFound(key);
  const { size, etag = null } = found.object;
  const start = Math.min(wanted?.start ?? 0, size);
  const range = { start, end: Math.max(start, Math.min(wanted?.end ?? size, size)) };
  const stored = { key: storeKey(context.settings.prefix, key), size, etag };
  const source: ByteSource = {
    size: range.end - range.start,
    oneShot: false,
    stored: { key, range },
    stream: () => pieces(context, stored, key, range, options),
  };
  context.sources.set(source, stored);
  return source;
}

async function* pieces(
  context: S3Context,
  { key, size, etag }: StoredSource,
  name: string,
  { start, end }: ByteRange,
  options: CallOptions,
): AsyncGenerator<Uint8Array> {
  if (start === end) return;
  const isAll = start === 0 && end === size;
  const headers = {
    ...(isAll ? {} : { range: `bytes=${start}-${end - 1}` }),
    ...(etag === null ? {} : { "if-match": quotedEtag(etag) }),
  };
  const answer = await sendSigned(context, { method: "GET", key, headers }, options);
  if (answer.status === 200 || answer.status === 206) return yield* answer.body.stream();
  const failure = await failureIn(answer);
  if (isUnknown(failure)) throw notFound(name);
  throw toUploadError(failure, { operation: "GetObject", offset: start });
}

function notFound(key: string): UploadError<"OBJECT_NOT_FOUND"> {
  return new UploadError("OBJECT_NOT_FOUND", "there is no such object", { key });
}
