import { type CallOptions, type Chunk, type Receipt, UploadError, type UploadTarget } from "@stowage/core";
import { asideKey } from "../aside/aside-key.js";
import type { S3Context } from "../context.js";
import { driverName, lostUpload } from "../errors.js";
import type { S3Handle } from "../handle.js";
import { storeKey } from "../keys.js";
import { emptyToken, printToken } from "../receipt-token.js";
import { copyPart } from "./copy-part.js";
import { holdBody } from "./hold-body.js";
import { partNumber } from "./part-number.js";
import { putBytes } from "./put-bytes.js";

/**
 * One chunk, one PUT: a part of the upload, or, after a writer was fenced out, an object kept aside, which completion
 * copies into its place.
 */
export async function write(
  context: S3Context,
  handle: S3Handle,
  target: UploadTarget,
  chunk: Chunk,
  options: CallOptions,
): Promise<Receipt> {
  const { settings, preset } = context;
  const { offset, body, checksum } = chunk;
  const { size } = body;
  if (options.signal.aborted) throw options.signal.reason;
  if (size === null) throw lacks("unsizedBody", "body without a length");
  if (checksum !== undefined && checksum.algorithm !== "md5") throw lacks("checksums", checksum.algorithm);
  if (size === 0) {
    await holdBody(body, new Uint8Array(0), options);
    return { offset, size, token: printToken(emptyToken) };
  }
  if (handle.uploadId === null) throw lostUpload("UploadPart");
  const number = partNumber(target, chunk, preset.part);
  const { uploadId, generation } = handle;
  const key = storeKey(settings.prefix, target.key);
  const sent = { body, offset, size, ...(checksum === undefined ? {} : { checksum }) };
  if (generation > 0) {
    const aside = { key: asideKey(settings.prefix, target.key, { generation, number }), crc32: handle.crc32 };
    const etag = await putBytes(context, aside, sent, options);
    return { offset, size, token: printToken({ number, etag, generation }) };
  }
  const copied = checksum === undefined ? await copyStored(context, { key, uploadId, number }, chunk, options) : null;
  const etag =
    copied ?? (await putBytes(context, { key, part: { uploadId, number }, crc32: handle.crc32 }, sent, options));
  return { offset, size, token: printToken({ number, etag, generation: 0 }) };
}

interface PartPlace {
  readonly key: string;
  readonly uploadId: string;
  readonly number: number;
}

/** Where the bytes lie in the same bucket they are copied there. `null`: they have to be sent. */
async function copyStored(
  context: S3Context,
  place: PartPlace,
  { body }: Chunk,
  options: CallOptions,
): Promise<string | null> {
  const source = context.sources.get(body);
  const range = body.stored?.range;
  if (source === undefined || range === undefined || context.preset.copying === "through-us") return null;
  const isAll = range.start === 0 && range.end === source.size;
  const copy = { ...place, from: source.key, etag: source.etag, range: isAll ? null : range };
  const answer = await copyPart(context, copy, options);
  // Refused, whatever the reason: then the way that always works, with errors of its own.
  return answer.kind === "done" && answer.output !== "" ? answer.output : null;
}

function lacks(capability: string, what: string): UploadError<"UNSUPPORTED"> {
  return new UploadError("UNSUPPORTED", `S3 takes no ${what}`, { driver: driverName, capability });
}
