import type { CallOptions, Chunk, Receipt, UploadTarget } from "@stowage/core";
import { shortHash } from "../block/block-id.js";
import { printToken, type Writing } from "../block/receipt-token.js";
import type { AzureContext } from "../context.js";
import { lacks } from "../errors.js";
import type { AzureHandle } from "../handle.js";
import { blobName } from "../keys.js";
import { checkOffset } from "./check-offset.js";
import { copyBlocks } from "./copy-blocks.js";
import { writeBlocks } from "./write-blocks.js";

/** One chunk, as many blocks as it takes. Their ids are this writing's alone, so another's bytes never get under its receipt. */
export async function write(
  context: AzureContext,
  { mark }: AzureHandle,
  target: UploadTarget,
  { offset, body, checksum, whole: isWhole, attempt }: Chunk,
  options: CallOptions,
): Promise<Receipt> {
  if (options.signal.aborted) throw options.signal.reason;
  if (checksum !== undefined && checksum.algorithm !== "md5") throw lacks("checksums", checksum.algorithm);
  checkOffset(target, offset);
  const blob = blobName(context.settings.prefix, target.key);
  // Also where a retry makes the same attempt again: the blocks of the one before may be cut elsewhere.
  const writing = shortHash(`${attempt} ${context.runtime.newId()}`);
  const job = { target, blob, upload: shortHash(mark), writing, offset };
  const md5 = checksum?.value ?? null;
  const copied = await copyStored();
  const written = copied ?? (await writeBlocks(context, { ...job, body, isWhole, md5 }, options));
  const size = written.sizes.reduce((sum, each) => sum + each, 0);
  return { offset, size, token: printToken(written) };

  /** Where the bytes lie in the same container they are copied there. `null`: they have to be sent. */
  async function copyStored(): Promise<Writing | null> {
    const from = context.sources.get(body);
    const range = body.stored?.range;
    if (from === undefined || range === undefined || range.start === range.end || md5 !== null) return null;
    return copyBlocks(context, { ...job, from, range }, options);
  }
}
