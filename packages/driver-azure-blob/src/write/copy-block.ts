import type { ByteRange, CallOptions } from "@stowage/core";
import type { AzureContext, StoredSource } from "../context.js";
import { isUnknown, toUploadError } from "../errors.js";
import { blobUrl, drain, failureIn, send } from "../wire/send.js";

/** A range of a blob that is to become a block of another one in the same container. */
export interface BlockCopy {
  readonly from: StoredSource;
  readonly range: ByteRange;
  /** The blob's name. */
  readonly to: string;
  /** Base64. */
  readonly id: string;
  /** Where it begins in the object. */
  readonly offset: number;
}

/**
 * Put Block From URL (https://learn.microsoft.com/rest/api/storageservices/put-block-from-url): the bytes stay within the
 * service. `false`: it has no such call, cannot reach itself by the URL that we reach it by, or has another source by now;
 * whoever reads it hears which.
 *
 * @throws {UploadError} `BACKEND_*`
 */
export async function copyBlock(
  context: AzureContext,
  { from, range, to, id, offset }: BlockCopy,
  options: CallOptions,
): Promise<boolean> {
  if (!context.copying.isKnown) return false;
  const { query, headers: proof } = await context.access.evidence(from.blob);
  const { authorization } = proof;
  const headers = {
    "x-ms-copy-source": blobUrl(context.account.endpoint, context.settings.container, from.blob, [query]),
    "x-ms-source-range": `bytes=${range.start}-${range.end - 1}`,
    "x-ms-source-if-match": from.etag,
    "content-length": "0",
    ...(authorization === undefined ? {} : { "x-ms-copy-source-authorization": authorization }),
  };
  const block = `comp=block&blockid=${encodeURIComponent(id)}`;
  const answer = await send(context, { method: "PUT", blob: to, query: block, headers }, options);
  if (answer.status === 201) {
    await drain(answer, "PutBlockFromURL");
    return true;
  }
  const failure = await failureIn(answer);
  if (failure.status === 501) context.copying.isKnown = false;
  const isCopyless = failure.status === 501 || failure.code?.startsWith("CannotVerifyCopySource") === true;
  if (isCopyless || isUnknown(failure) || failure.status === 412) return false;
  throw toUploadError(failure, { operation: "PutBlockFromURL", offset });
}
