import type { CallOptions } from "@stowage/core";
import { listBlocks } from "../block/list-blocks.js";
import type { AzureContext } from "../context.js";
import { toUploadError } from "../errors.js";
import { abortHeader } from "../mark.js";
import { removeBlob } from "../objects/remove-blob.js";

/**
 * Throws the blocks of a blob away that nobody committed. The service has no call for that: an empty blob, which takes their
 * place, is made and removed. A process that ends in between leaves it, and whoever does this again removes it.
 *
 * @param which `any`: the blob itself goes, too. `uncommitted`: one that is there stays, and blocks beside it are left to the
 * service, which drops them after a week.
 */
export async function dropBlocks(
  context: AzureContext,
  blob: string,
  which: "any" | "uncommitted",
  options: CallOptions,
): Promise<void> {
  const listed = await listBlocks(context, blob, options);
  if (listed === null) return;
  if (which === "any" || (await isAborted(context, blob, options))) {
    if (listed.uncommitted.length > 0) await putEmpty(context, blob, false, options);
    return removeBlob(context, blob, options);
  }
  if (listed.uncommitted.length === 0) return;
  const etag = await putEmpty(context, blob, true, options);
  if (etag !== null) return removeBlob(context, blob, options, etag);
  // Asked again after an answer that was lost, the service refuses what it has done.
  if (await isAborted(context, blob, options)) await removeBlob(context, blob, options);
}

/** `null`: a blob is there, and stays. */
async function putEmpty(
  { control }: AzureContext,
  blob: string,
  isNew: boolean,
  options: CallOptions,
): Promise<string | null> {
  const call = { operation: "PutBlockList" };
  const answer = await control.ask(call, options, async (abortSignal) => {
    const conditions = isNew ? { conditions: { ifNoneMatch: "*" } } : {};
    const metadata = { [abortHeader]: "1" };
    // Not Put Blob, which Azurite refuses where there are blocks.
    const { etag } = await control.blob(blob).commitBlockList([], { abortSignal, metadata, ...conditions });
    return etag ?? "";
  });
  if (answer.kind === "done") return answer.output;
  if (isNew && (answer.failure.status === 409 || answer.failure.status === 412)) return null;
  throw toUploadError(answer.failure, call);
}

async function isAborted({ control }: AzureContext, blob: string, options: CallOptions): Promise<boolean> {
  const answer = await control.ask({ operation: "GetBlobProperties" }, options, (abortSignal) =>
    control.blob(blob).getProperties({ abortSignal }),
  );
  return answer.kind === "done" && answer.output.metadata?.[abortHeader] !== undefined;
}
