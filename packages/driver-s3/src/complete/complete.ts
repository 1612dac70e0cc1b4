import { CompleteMultipartUploadCommand, type CompleteMultipartUploadCommandOutput } from "@aws-sdk/client-s3";
import { type CallOptions, combineChecksums, type Receipt, type StoredObject, type UploadTarget } from "@stowage/core";
import { type Failure, type NamedPart, quotedEtag } from "@stowage/s3-wire";
import { removeAsides } from "../aside/remove-asides.js";
import type { S3Context } from "../context.js";
import type { Answer } from "../control/control.js";
import { lostUpload, objectExists, toUploadError } from "../errors.js";
import type { S3Handle } from "../handle.js";
import { storeKey } from "../keys.js";
import { listParts } from "../list-parts.js";
import { describe, findObject } from "../objects/find-object.js";
import { askOnce } from "./ask-once.js";
import { completeEmpty } from "./complete-empty.js";
import { gather, type OpenUpload } from "./gather.js";
import { type OrderedParts, orderedParts } from "./ordered-parts.js";

const call = { operation: "CompleteMultipartUpload", isFinal: true };
/** Of completions refused because of a part: a late writer's bytes may come between copy and completion. */
const attempts = 3;

/**
 * Makes the object of its parts. Runs again after any of its steps, in any process: who finds the upload gone looks for
 * the object, and knows its own by the mark.
 */
export async function complete(
  context: S3Context,
  handle: S3Handle,
  target: UploadTarget,
  receipts: readonly Receipt[],
  options: CallOptions,
): Promise<StoredObject> {
  const ordered = orderedParts(receipts, target);
  const object =
    ordered.total === 0
      ? await completeEmpty(context, handle, target, options)
      : await completeParts(context, handle, target, ordered, options);
  if (handle.generation > 0) await removeAsides(context, target.key, options);
  return object;
}

async function completeParts(
  context: S3Context,
  handle: S3Handle,
  target: UploadTarget,
  { parts, total }: OrderedParts,
  options: CallOptions,
): Promise<StoredObject> {
  const { uploadId, crc32 } = handle;
  if (uploadId === null) throw lostUpload(call.operation);
  const upload = { target: target.key, key: storeKey(context.settings.prefix, target.key), uploadId, crc32 };
  // Chunks kept aside cannot be copied any more where this was done before: the upload is gone, and they may be, too.
  const isLookedFor = context.preset.overwriting === "looked-for" || parts.some(({ generation }) => generation > 0);
  const there = isLookedFor ? await findOwn(context, handle, target, options) : null;
  if (there !== null) return there;
  let agreed = parts;
  for (let attempt = 1; ; attempt++) {
    const named = await gather(context, upload, agreed, options);
    const answer = await send(context, upload, { named, parts: agreed, total }, options);
    if (answer.kind === "done") return made(context, handle, target, total, answer.output, options);
    if (answer.failure.code !== "InvalidPart" || attempt === attempts)
      return afterRefusal(context, { handle, target, upload, failure: answer.failure }, options);
    const asked = await askOnce(context, upload, agreed, options);
    if (asked === null) return afterRefusal(context, { handle, target, upload, failure: answer.failure }, options);
    agreed = asked;
  }
}

interface ToSend extends OrderedParts {
  readonly named: readonly NamedPart[];
}

function send(
  { control, settings, preset }: S3Context,
  { key, uploadId, crc32 }: OpenUpload,
  { named, parts, total }: ToSend,
  options: CallOptions,
): Promise<Answer<CompleteMultipartUploadCommandOutput>> {
  const ranges = parts.map(({ range, checksum }) => ({
    size: range.end - range.start,
    ...(checksum === null ? {} : { checksum }),
  }));
  const whole = crc32 ? combineChecksums(ranges) : null;
  return control.ask(call, options, (client, signalled) =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: settings.bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: { Parts: named.map(({ number, etag }) => ({ PartNumber: number, ETag: quotedEtag(etag) })) },
        ...(preset.overwriting === "refused-by-store" ? { IfNoneMatch: "*" } : {}),
        ...(crc32 ? { MpuObjectSize: total, ChecksumType: "FULL_OBJECT" } : {}),
        ...(whole === null ? {} : { ChecksumCRC32: whole.value }),
      }),
      signalled,
    ),
  );
}

/** The answer tells all, but at stores that leave the entity tag out of it. */
async function made(
  context: S3Context,
  handle: S3Handle,
  target: UploadTarget,
  total: number,
  output: CompleteMultipartUploadCommandOutput,
  options: CallOptions,
): Promise<StoredObject> {
  const object = describe(target.key, total, output.ETag, output);
  if (object.etag !== undefined) return object;
  return (await findOwn(context, handle, target, options)) ?? object;
}

interface Refusal {
  readonly handle: S3Handle;
  readonly target: UploadTarget;
  readonly upload: OpenUpload;
  readonly failure: Failure;
}

/** The object may be there all the same: completed before, and the answer was lost. */
async function afterRefusal(
  context: S3Context,
  { handle, target, upload, failure }: Refusal,
  options: CallOptions,
): Promise<StoredObject> {
  const { status, code } = failure;
  const isGone = code === "NoSuchUpload" || code === "InvalidPart";
  const isTaken = status === 412 || status === 409;
  // Ceph answers 500 for an upload that it does not know.
  if (!isGone && !isTaken && status < 500) throw toUploadError(failure, call);
  const own = await findOwn(context, handle, target, options);
  if (own !== null) return own;
  const isLost = code === "NoSuchUpload" || (await listParts(context, upload.key, upload.uploadId, options)) === null;
  throw isLost ? lostUpload(call.operation) : toUploadError(failure, call);
}

/** The object of this very upload; `null`: nothing there. @throws {UploadError} `OBJECT_EXISTS` */
async function findOwn(
  context: S3Context,
  { mark }: S3Handle,
  { key }: UploadTarget,
  options: CallOptions,
): Promise<StoredObject | null> {
  const found = await findObject(context, key, options);
  if (found === null) return null;
  if (found.mark === mark) return found.object;
  throw objectExists(key);
}
