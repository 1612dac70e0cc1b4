import { type ByteRange, type CallOptions, isUploadError, UploadError, type UploadTarget } from "@stowage/core";
import { type ListedBlock, listBlocks } from "../block/list-blocks.js";
import { shortHash } from "../block/block-id.js";
import type { AzureContext, StoredSource } from "../context.js";
import { withoutLease } from "../direct/without-lease.js";
import { driverName, toUploadError } from "../errors.js";
import { directName } from "../keys.js";
import { readBlob } from "../objects/read-blob.js";
import { copyBlocks } from "../write/copy-blocks.js";
import { writeBlocks } from "../write/write-blocks.js";
import { commit } from "./commit.js";
import { blockIds, incomplete, type ReceiptedWriting } from "./ordered-writings.js";

/** Whose blocks are gathered, and where to. */
export interface Gathering {
  readonly target: UploadTarget;
  /** Hash of the upload's mark. */
  readonly upload: string;
  /** Name of the object's blob. */
  readonly blob: string;
  readonly mark: string;
}

/**
 * Everything as blocks of the object's own blob: what clients sent to the other one is committed there, looked at, and copied
 * over as it was then, whatever they write to it later. Stretches of neighbours are copied in one.
 *
 * @throws {UploadError} `UPLOAD_INCOMPLETE` where a client took its blocks back, `BACKEND_*`
 */
export async function gatherDirect(
  context: AzureContext,
  gathering: Gathering,
  writings: readonly ReceiptedWriting[],
  options: CallOptions,
): Promise<readonly ReceiptedWriting[]> {
  const direct = writings.filter(({ isDirect }) => isDirect);
  if (direct.length === 0) return writings;
  const beside = directName(context.settings.prefix, gathering.target.key);
  const commitThere = (): Promise<StoredSource> => commitDirect(context, gathering, { blob: beside, direct }, options);
  const from = await withoutLease(context, beside, options, commitThere);
  const gathered: ReceiptedWriting[] = [];
  let at = 0;
  for (const run of runsOf(writings)) {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) continue;
    if (!first.isDirect) {
      gathered.push(...run);
      continue;
    }
    const range = { start: first.range.start, end: last.range.end };
    const source = { start: at, end: at + range.end - range.start };
    gathered.push(await bringOver(context, gathering, { from, source, range }, options));
    at = source.end;
  }
  return gathered;
}

/** Neighbours of one kind together. */
function runsOf(writings: readonly ReceiptedWriting[]): readonly (readonly ReceiptedWriting[])[] {
  const runs: ReceiptedWriting[][] = [];
  for (const writing of writings) {
    const run = runs.at(-1);
    if (run?.[0]?.isDirect === writing.isDirect) run.push(writing);
    else runs.push([writing]);
  }
  return runs;
}

/**
 * The blob that clients sent to, with these blocks in this order. Where it has them already it stays as it is: another
 * process may be copying.
 */
async function commitDirect(
  context: AzureContext,
  { target, upload, mark }: Gathering,
  { blob, direct }: { readonly blob: string; readonly direct: readonly ReceiptedWriting[] },
  options: CallOptions,
): Promise<StoredSource> {
  const ids = direct.flatMap((writing) => blockIds(upload, writing));
  const wanted = direct.map(({ range }, at) => ({ id: ids[at] ?? "", size: range.end - range.start }));
  const there = await listBlocks(context, blob, options);
  if (there?.etag && there.uncommitted.length === 0 && isSame(there.committed, wanted))
    return { blob, etag: there.etag };
  const { contentType } = target;
  const answer = await commit(context, { blob, ids, contentType, mark, isNew: false }, options);
  const isBlockless =
    answer.kind === "refused" && /^(?:InvalidBlockList|BlobNotFound)$/.test(answer.failure.code ?? "");
  if (answer.kind === "refused" && !isBlockless) throw toUploadError(answer.failure, { operation: "PutBlockList" });
  const listed = await listBlocks(context, blob, options);
  const sizes = new Map(
    [...(listed?.committed ?? []), ...(listed?.uncommitted ?? [])].map(({ id, size }) => [id, size]),
  );
  const missing = direct.filter((_, at) => sizes.get(wanted[at]?.id ?? "") !== wanted[at]?.size);
  if (missing.length > 0) throw incomplete(missing.map(({ range }) => range));
  if (answer.kind === "done" && listed?.etag === answer.output) return { blob, etag: answer.output };
  throw changed();
}

function isSame(listed: readonly ListedBlock[], wanted: readonly ListedBlock[]): boolean {
  return (
    listed.length === wanted.length &&
    listed.every(({ id, size }, at) => id === wanted[at]?.id && size === wanted[at].size)
  );
}

/** Somebody wrote in between: who looks again sees it as it is then. */
function changed(): UploadError<"BACKEND_UNAVAILABLE"> {
  const message = "blocks that a client sent changed during the completion";
  return new UploadError("BACKEND_UNAVAILABLE", message, { driver: driverName }, { retry: "same" });
}

interface Stretch {
  readonly from: StoredSource;
  /** In the clients' blob. */
  readonly source: ByteRange;
  /** In the object. */
  readonly range: ByteRange;
}

async function bringOver(
  context: AzureContext,
  { target, upload, blob }: Gathering,
  { from, source, range }: Stretch,
  options: CallOptions,
): Promise<ReceiptedWriting> {
  const writing = shortHash(context.runtime.newId());
  const job = { target: { size: target.size, plan: null }, blob, upload, writing, offset: range.start };
  const copied = await copyBlocks(context, { ...job, from, range: source }, options);
  if (copied !== null) return { ...copied, range, isDirect: false };
  // Where the service cannot copy: out and in again.
  const body = readBlob(context, from, source, options);
  const carried = { ...job, body, isWhole: true, md5: null };
  const again = shortHash(context.runtime.newId());
  try {
    return { ...(await writeBlocks(context, { ...carried, writing: again }, options)), range, isDirect: false };
  } catch (error) {
    throw isUploadError(error) && error.code === "OBJECT_NOT_FOUND" ? changed() : error;
  }
}
