import { UploadPartCopyCommand } from "@aws-sdk/client-s3";
import type { ByteRange, CallOptions } from "@stowage/core";
import { bareEtag, encodeKey, quotedEtag } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import type { Answer } from "../control/control.js";

/** An object, or a range of one, that is to become a part. */
export interface PartCopy {
  /** The store's key of the source. */
  readonly from: string;
  /** Entity tag that the source must still have; `null`: any. */
  readonly etag: string | null;
  /** `null`: all of it. Stores take ranges of objects over 5 MiB only. */
  readonly range: ByteRange | null;
  /** The store's key of the upload. */
  readonly key: string;
  readonly uploadId: string;
  readonly number: number;
}

/** Copies within the store; the part's entity tag. */
export function copyPart(context: S3Context, copy: PartCopy, options: CallOptions): Promise<Answer<string>> {
  const { control, settings } = context;
  const { from, etag, range, key, uploadId, number } = copy;
  return control.ask({ operation: "UploadPartCopy" }, options, async (client, call) => {
    const { CopyPartResult } = await client.send(
      new UploadPartCopyCommand({
        Bucket: settings.bucket,
        Key: key,
        UploadId: uploadId,
        PartNumber: number,
        CopySource: `${settings.bucket}/${encodeKey(from)}`,
        ...(etag === null ? {} : { CopySourceIfMatch: quotedEtag(etag) }),
        ...(range === null ? {} : { CopySourceRange: `bytes=${range.start}-${range.end - 1}` }),
      }),
      call,
    );
    return bareEtag(CopyPartResult?.ETag ?? "");
  });
}
