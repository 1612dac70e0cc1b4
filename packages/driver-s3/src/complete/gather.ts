import { type CallOptions, fromStream, UploadError } from "@stowage/core";
import type { NamedPart } from "@stowage/s3-wire";
import { asideKey } from "../aside/aside-key.js";
import type { S3Context } from "../context.js";
import { driverName, toUploadError } from "../errors.js";
import { failureIn, sendSigned } from "../wire/send-signed.js";
import { copyPart } from "../write/copy-part.js";
import { putBytes } from "../write/put-bytes.js";
import type { ReceiptedPart } from "./ordered-parts.js";

/** An upload at the store. */
export interface OpenUpload {
  /** The target's key. */
  readonly target: string;
  /** The store's. */
  readonly key: string;
  readonly uploadId: string;
  readonly crc32: boolean;
}

const parallel = 4;

/** All parts as completion names them; those kept aside are copied into their places, over whatever came there late. */
export async function gather(
  context: S3Context,
  upload: OpenUpload,
  parts: readonly ReceiptedPart[],
  options: CallOptions,
): Promise<readonly NamedPart[]> {
  const named: NamedPart[] = parts.map(({ number, etag }) => ({ number, etag }));
  const waiting = parts.flatMap((part, at) => (part.generation > 0 ? [{ part, at }] : []));
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { part, at } = next;
      const fetched = fetchAside(context, upload, part, options);
      // Nobody waits for the others then, and an abort may be next.
      fetched.catch(() => waiting.splice(0));
      named[at] = { number: part.number, etag: await fetched };
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, waiting.length) }, worker));
  return named;
}

async function fetchAside(
  context: S3Context,
  upload: OpenUpload,
  part: ReceiptedPart,
  options: CallOptions,
): Promise<string> {
  const from = asideKey(context.settings.prefix, upload.target, part);
  if (context.preset.copying === "through-us") return carry(context, upload, part, from, options);
  const { key, uploadId } = upload;
  const copy = { from, etag: part.etag, range: null, key, uploadId, number: part.number };
  const answer = await copyPart(context, copy, options);
  if (answer.kind === "done") return answer.output;
  throw toUploadError(answer.failure, { operation: "UploadPartCopy", offset: part.range.start });
}

/** Where the store cannot copy a part: out and in again. */
async function carry(
  context: S3Context,
  { key, uploadId, crc32 }: OpenUpload,
  { number, range }: ReceiptedPart,
  from: string,
  options: CallOptions,
): Promise<string> {
  const size = range.end - range.start;
  const answer = await sendSigned(context, { method: "GET", key: from }, options);
  if (answer.status !== 200) throw toUploadError(await failureIn(answer), { operation: "GetObject" });
  if (answer.body.size !== null && answer.body.size !== size)
    throw new UploadError("BACKEND_LOST_UPLOAD", "a chunk kept aside has changed", { driver: driverName });
  const body = fromStream(answer.body.stream(), size);
  return putBytes(context, { key, part: { uploadId, number }, crc32 }, { body, size, offset: range.start }, options);
}
