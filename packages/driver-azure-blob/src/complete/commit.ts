import type { CallOptions } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { UploadError } from "@stowage/core";
import { driverName } from "../errors.js";
import { mostBlocks } from "../limits.js";
import { markHeader } from "../mark.js";
import type { Answer } from "../wire/control.js";

/** What a blob becomes. */
export interface Commit {
  /** The blob's name. */
  readonly blob: string;
  readonly ids: readonly string[];
  readonly contentType: string;
  /** Metadata by which the upload knows it again. */
  readonly mark: string;
  /** Whether a blob that is there stays. */
  readonly isNew: boolean;
}

/**
 * Put Block List (https://learn.microsoft.com/rest/api/storageservices/put-block-list): the blob is these blocks, whole or not
 * at all, and all others are thrown away. The answer's output is the entity tag, quoted.
 *
 * @throws {UploadError} `BACKEND_REJECTED` for more blocks than a blob has
 */
export async function commit(
  { control }: AzureContext,
  { blob, ids, contentType, mark, isNew }: Commit,
  options: CallOptions,
): Promise<Answer<string>> {
  if (ids.length > mostBlocks) {
    const details = { driver: driverName, status: 409, vendorCode: "BlockCountExceedsLimit" };
    throw new UploadError("BACKEND_REJECTED", `PutBlockList: ${ids.length} blocks of at most ${mostBlocks}`, details);
  }
  return control.ask({ operation: "PutBlockList" }, options, async (abortSignal) => {
    const { etag } = await control.blob(blob).commitBlockList([...ids], {
      abortSignal,
      blobHTTPHeaders: { blobContentType: headerOf(contentType) },
      metadata: { [markHeader]: mark },
      ...(isNew ? { conditions: { ifNoneMatch: "*" } } : {}),
    });
    return etag ?? "";
  });
}

/** A client may say anything, and what no header can hold would fail each completion, after the last byte. */
function headerOf(contentType: string): string {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(contentType) ? contentType : "application/octet-stream";
}
