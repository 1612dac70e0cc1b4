import {
  type CallOptions,
  type CheckFinding,
  type ChunkPlan,
  fromBytes,
  isUploadError,
  type UploadTarget,
} from "@stowage/core";
import { abort } from "../abort.js";
import { begin } from "../begin.js";
import { complete } from "../complete/complete.js";
import type { S3Context } from "../context.js";
import { parseHandle, type S3Handle } from "../handle.js";
import { storeKey } from "../keys.js";
import { removeKey } from "../objects/remove-key.js";
import { write } from "../write/write.js";
import { broken, doubtful, reasonOf } from "./finding.js";

/** Uploads a few bytes, twice at one key, and removes them. */
export async function checkUpload(context: S3Context, options: CallOptions): Promise<readonly CheckFinding[]> {
  const target = targetOf(context);
  try {
    const first = await upload(context, target, options);
    await complete(context, first.handle, target, [first.receipt], options);
    return await checkSecond(context, target, options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    const mend = "allow the keys what the README lists, and see that the preset is the store's";
    return [broken("upload", reasonOf(error), mend)];
  } finally {
    await tidy(context, target, options).catch((error: unknown) => {
      context.runtime.log.warn({ key: target.key, error: reasonOf(error) }, "the check's upload could not be removed");
    });
  }
}

/** The object that is there by now must stay. */
async function checkSecond(
  context: S3Context,
  target: UploadTarget,
  options: CallOptions,
): Promise<readonly CheckFinding[]> {
  const second = await upload(context, target, options);
  try {
    await complete(context, second.handle, target, [second.receipt], options);
  } catch (error) {
    if (isUploadError(error) && error.code === "OBJECT_EXISTS") return [];
    throw error;
  }
  const message = "the store overlooked If-None-Match and wrote over an object";
  return [doubtful("preset", message, 'set preset: "generic" (or the store\'s own), which looks before it completes')];
}

async function upload(
  context: S3Context,
  target: UploadTarget,
  options: CallOptions,
): Promise<{ readonly handle: S3Handle; readonly receipt: Awaited<ReturnType<typeof write>> }> {
  const handle = parseHandle(await begin(context, target, options));
  const body = fromBytes(new TextEncoder().encode("check"));
  const chunk = { offset: 0, index: 0, isLast: true, whole: true, attempt: context.runtime.newId(), body };
  return { handle, receipt: await write(context, handle, target, chunk, options) };
}

async function tidy(context: S3Context, target: UploadTarget, options: CallOptions): Promise<void> {
  await abort(context, null, target, options);
  await removeKey(context, storeKey(context.settings.prefix, target.key), options);
}

function targetOf({ runtime }: S3Context): UploadTarget {
  const id = runtime.newId();
  const plan: ChunkPlan = { size: 5, chunkSize: 5, count: 1 };
  const expiresAt = runtime.clock.now() + 60_000;
  const contentType = "application/octet-stream";
  return { sessionId: id, key: `.stowage-check/${id}`, size: plan.size, plan, contentType, metadata: {}, expiresAt };
}
