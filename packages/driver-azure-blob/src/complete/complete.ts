import { type CallOptions, isUploadError, type Receipt, type StoredObject, type UploadTarget } from "@stowage/core";
import { shortHash } from "../block/block-id.js";
import { listBlocks } from "../block/list-blocks.js";
import type { AzureContext } from "../context.js";
import { removeDirect } from "../direct/remove-direct.js";
import { lostUpload, objectExists, toUploadError } from "../errors.js";
import type { AzureHandle } from "../handle.js";
import { blobName } from "../keys.js";
import { bareEtag, findObject } from "../objects/find-object.js";
import type { Failure } from "../errors.js";
import { commit } from "./commit.js";
import { gatherDirect } from "./gather-direct.js";
import { blockIds, incomplete, orderedWritings, type ReceiptedWriting } from "./ordered-writings.js";

/**
 * Makes the object of its blocks. Runs again after any of its steps, in any process: the second commit is refused, as a blob
 * is there, and who made it is known by its mark.
 */
export async function complete(
  context: AzureContext,
  { mark }: AzureHandle,
  target: UploadTarget,
  receipts: readonly Receipt[],
  options: CallOptions,
): Promise<StoredObject> {
  const { writings, total } = orderedWritings(receipts, target);
  const isDirect = writings.some((writing) => writing.isDirect);
  const completion = { mark, target, writings, total };
  const object = await (isDirect ? gatherAndCommit : commitAll)(context, completion, options);
  if (isDirect || context.direct.has(target.key)) await removeDirect(context, target.key, options);
  return object;
}

interface Completion {
  readonly mark: string;
  readonly target: UploadTarget;
  readonly writings: readonly ReceiptedWriting[];
  readonly total: number;
}

/** Tries that meet another process, or a client, at the blocks that clients sent. */
const attempts = 3;

/** What clients sent cannot be gathered again where that was done: before, or meanwhile by another process. */
async function gatherAndCommit(
  context: AzureContext,
  completion: Completion,
  options: CallOptions,
): Promise<StoredObject> {
  const find = (): Promise<StoredObject | null> => findOwn(context, completion.mark, completion.target.key, options);
  for (let attempt = 1; ; attempt++) {
    const there = await find();
    if (there !== null) return there;
    try {
      return await commitAll(context, completion, options);
    } catch (error) {
      if (!isUploadError(error) || options.signal.aborted) throw error;
      const made = error.code === "UPLOAD_INCOMPLETE" ? await find() : null;
      if (made !== null) return made;
      if (error.code !== "BACKEND_UNAVAILABLE" || attempt === attempts) throw error;
    }
  }
}

async function commitAll(
  context: AzureContext,
  { mark, target, writings, total }: Completion,
  options: CallOptions,
): Promise<StoredObject> {
  const { key, contentType } = target;
  const upload = shortHash(mark);
  const blob = blobName(context.settings.prefix, key);
  const gathered = await gatherDirect(context, { target, upload, blob, mark }, writings, options);
  const ids = gathered.flatMap((writing) => blockIds(upload, writing));
  const answer = await commit(context, { blob, ids, contentType, mark, isNew: true }, options);
  if (answer.kind === "done") return { key, size: total, etag: bareEtag(answer.output) };
  return afterRefusal(context, { mark, key, blob, upload, writings: gathered, failure: answer.failure }, options);
}

interface Refusal {
  readonly mark: string;
  readonly key: string;
  readonly blob: string;
  readonly upload: string;
  readonly writings: readonly ReceiptedWriting[];
  readonly failure: Failure;
}

/** The object may be there all the same: completed before, and the answer was lost. */
async function afterRefusal(
  context: AzureContext,
  { mark, key, blob, upload, writings, failure }: Refusal,
  options: CallOptions,
): Promise<StoredObject> {
  const { status, code } = failure;
  const isBlockless = code === "InvalidBlockList" || code === "BlobNotFound";
  const isTaken = status === 409 || status === 412;
  if (!isBlockless && !isTaken) throw toUploadError(failure, { operation: "PutBlockList" });
  const own = await findOwn(context, mark, key, options);
  if (own !== null) return own;
  if (!isBlockless) throw toUploadError(failure, { operation: "PutBlockList" });
  const listed = await listBlocks(context, blob, options);
  const there = new Set(listed?.uncommitted.map(({ id }) => id));
  const isThere = (writing: ReceiptedWriting): boolean => blockIds(upload, writing).every((id) => there.has(id));
  const missing = writings.filter((writing) => !isThere(writing)).map(({ range }) => range);
  if (missing.length === writings.length) throw lostUpload("PutBlockList");
  throw missing.length === 0 ? toUploadError(failure, { operation: "PutBlockList" }) : incomplete(missing);
}

/** The object of this very upload; `null`: nothing there. @throws {UploadError} `OBJECT_EXISTS` */
async function findOwn(
  context: AzureContext,
  mark: string,
  key: string,
  options: CallOptions,
): Promise<StoredObject | null> {
  const found = await findObject(context, key, options);
  if (found === null) return null;
  if (found.mark === mark) return found.object;
  throw objectExists(key);
}
