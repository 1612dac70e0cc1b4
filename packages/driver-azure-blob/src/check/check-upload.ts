import { type CallOptions, type CheckFinding, fromBytes, isUploadError, type UploadTarget } from "@stowage/core";
import { abort } from "../abort.js";
import { begin } from "../begin.js";
import { complete } from "../complete/complete.js";
import type { AzureContext } from "../context.js";
import { parseHandle } from "../handle.js";
import { blobName } from "../keys.js";
import { removeBlob } from "../objects/remove-blob.js";
import { write } from "../write/write.js";
import { broken, reasonOf } from "./finding.js";

/** Uploads a few bytes, twice at one key, and removes them. */
export async function checkUpload(context: AzureContext, options: CallOptions): Promise<readonly CheckFinding[]> {
  const target = targetOf(context);
  const found = await checkFirst(context, target, options);
  return [...found, ...(await tidy(context, target, options))];
}

async function checkFirst(
  context: AzureContext,
  target: UploadTarget,
  options: CallOptions,
): Promise<readonly CheckFinding[]> {
  try {
    await upload(context, target, options);
    return await checkSecond(context, target, options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    return [broken("upload", reasonOf(error), "allow the credentials what the README lists")];
  }
}

/** The object that is there by now must stay. */
async function checkSecond(
  context: AzureContext,
  target: UploadTarget,
  options: CallOptions,
): Promise<readonly CheckFinding[]> {
  try {
    await upload(context, target, options);
  } catch (error) {
    if (isUploadError(error) && error.code === "OBJECT_EXISTS") return [];
    throw error;
  }
  const message = "the service overlooked If-None-Match and wrote over an object";
  return [broken("service", message, "see that nothing before the service removes headers")];
}

async function upload(context: AzureContext, target: UploadTarget, options: CallOptions): Promise<void> {
  const handle = parseHandle(await begin(context, target, options));
  const body = fromBytes(new TextEncoder().encode("check"));
  const chunk = { offset: 0, index: 0, isLast: true, whole: true, attempt: context.runtime.newId(), body };
  const receipt = await write(context, handle, target, chunk, options);
  await complete(context, handle, target, [receipt], options);
}

/** Who may not remove could never give an upload up. */
async function tidy(
  context: AzureContext,
  target: UploadTarget,
  options: CallOptions,
): Promise<readonly CheckFinding[]> {
  const blob = blobName(context.settings.prefix, target.key);
  try {
    await removeBlob(context, blob, options);
    await abort(context, target, options);
    return [];
  } catch (error) {
    if (options.signal.aborted) throw error;
    const mend = `allow the credentials to delete blobs, and remove ${blob}`;
    return [broken("removal", reasonOf(error), mend)];
  }
}

function targetOf({ runtime }: AzureContext): UploadTarget {
  const id = runtime.newId();
  const plan = { size: 5, chunkSize: 5, count: 1 };
  const expiresAt = runtime.clock.now() + 60_000;
  const contentType = "application/octet-stream";
  return { sessionId: id, key: `.stowage-check/${id}`, size: plan.size, plan, contentType, metadata: {}, expiresAt };
}
