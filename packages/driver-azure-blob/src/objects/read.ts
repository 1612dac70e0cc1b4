import type { ByteRange, ByteSource, CallOptions } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { blobName } from "../keys.js";
import { findObject } from "./find-object.js";
import { notFound, readBlob } from "./read-blob.js";

/**
 * A source of an object's bytes, or of a range of them, cut where the object ends. One request tells the size; another is
 * made whenever somebody reads.
 *
 * @throws {UploadError} `OBJECT_NOT_FOUND`, `NAME_REFUSED`, `BACKEND_*`
 */
export async function read(
  context: AzureContext,
  key: string,
  wanted: ByteRange | null,
  options: CallOptions,
): Promise<ByteSource> {
  const found = await findObject(context, key, options);
  if (found === null) throw notFound(key);
  const { size, etag = "" } = found.object;
  const start = Math.min(wanted?.start ?? 0, size);
  const range = { start, end: Math.max(start, Math.min(wanted?.end ?? size, size)) };
  const stored = { blob: blobName(context.settings.prefix, key), etag: `"${etag}"` };
  const source: ByteSource = { ...readBlob(context, stored, range, options), stored: { key, range } };
  context.sources.set(source, stored);
  return source;
}
