import type { ByteSource, CallOptions } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { toUploadError } from "../errors.js";
import { drain, failureIn, send } from "../wire/send.js";

/** A block on its way. */
export interface SentBlock {
  /** The blob's name. */
  readonly blob: string;
  /** Base64. */
  readonly id: string;
  readonly body: ByteSource;
  /** Bytes. */
  readonly size: number;
  /** Where it begins in the object. */
  readonly offset: number;
  /** Base64, for the service to compare; `null`: it is not asked to. */
  readonly md5: string | null;
}

/** Put Block (https://learn.microsoft.com/rest/api/storageservices/put-block). Sent again it replaces itself. */
export async function putBlock(
  context: AzureContext,
  { blob, id, body, size, offset, md5 }: SentBlock,
  options: CallOptions,
): Promise<void> {
  const query = `comp=block&blockid=${encodeURIComponent(id)}`;
  const headers = { "content-length": String(size), ...(md5 === null ? {} : { "content-md5": md5 }) };
  const answer = await send(context, { method: "PUT", blob, query, headers, body }, options);
  if (answer.status !== 201) throw toUploadError(await failureIn(answer), { operation: "PutBlock", offset });
  await drain(answer, "PutBlock");
}
