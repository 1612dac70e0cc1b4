import { type ByteRange, type ByteSource, type CallOptions, UploadError } from "@stowage/core";
import type { AzureContext, StoredSource } from "../context.js";
import { isUnknown, toUploadError } from "../errors.js";
import { failureIn, send } from "../wire/send.js";

/**
 * A range of a blob; a request is made whenever somebody reads, and refused if the blob is another one by then.
 *
 * @throws {UploadError} from the stream: `OBJECT_NOT_FOUND`, also where another one is there by now, `BACKEND_*`
 */
export function readBlob(
  context: AzureContext,
  source: StoredSource,
  range: ByteRange,
  options: CallOptions,
): ByteSource {
  return { size: range.end - range.start, oneShot: false, stream: () => pieces(context, source, range, options) };
}

async function* pieces(
  context: AzureContext,
  { blob, etag }: StoredSource,
  { start, end }: ByteRange,
  options: CallOptions,
): AsyncGenerator<Uint8Array> {
  if (start === end) return;
  const headers = { range: `bytes=${start}-${end - 1}`, "if-match": etag };
  const answer = await send(context, { method: "GET", blob, headers }, options);
  // All of it, where something on the way has lost the range.
  const isWhole = answer.status === 200 && answer.body.size === end - start;
  if (answer.status === 206 || isWhole) return yield* answer.body.stream();
  const failure = await failureIn(answer);
  if (isUnknown(failure) || failure.status === 412) throw notFound(blob);
  throw toUploadError(failure, { operation: "GetBlob", offset: start });
}

/** @param key as the caller knows it */
export function notFound(key: string): UploadError<"OBJECT_NOT_FOUND"> {
  return new UploadError("OBJECT_NOT_FOUND", "there is no such object", { key });
}
