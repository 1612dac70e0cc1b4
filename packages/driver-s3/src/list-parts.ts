import { ListPartsCommand, type ListPartsCommandOutput } from "@aws-sdk/client-s3";
import type { CallOptions } from "@stowage/core";
import { bareEtag, type ListedPart } from "@stowage/s3-wire";
import type { S3Context } from "./context.js";
import { endlessList, isUnknown, toUploadError } from "./errors.js";

/** All parts of an upload, page by page, ascending. `null`: the store does not know the upload. */
export async function listParts(
  context: S3Context,
  key: string,
  uploadId: string,
  options: CallOptions,
): Promise<readonly ListedPart[] | null> {
  const { control, settings } = context;
  const parts: ListedPart[] = [];
  const call = { operation: "ListParts" };
  for (let marker: string | undefined; ;) {
    const answer = await control.ask(call, options, (client, signalled) =>
      client.send(
        new ListPartsCommand({
          Bucket: settings.bucket,
          Key: key,
          UploadId: uploadId,
          ...(marker === undefined ? {} : { PartNumberMarker: marker }),
        }),
        signalled,
      ),
    );
    if (answer.kind === "refused") {
      // Ceph says NoSuchKey.
      if (isUnknown(answer.failure)) return null;
      throw toUploadError(answer.failure, call);
    }
    parts.push(...(answer.output.Parts ?? []).flatMap(readPart));
    if (answer.output.IsTruncated !== true) return parts;
    const next = answer.output.NextPartNumberMarker ?? String(parts.at(-1)?.number ?? "");
    // Half a list would be taken for all that is there.
    if (next === "" || next === marker) throw endlessList(call.operation);
    marker = next;
  }
}

function readPart(part: NonNullable<ListPartsCommandOutput["Parts"]>[number]): readonly ListedPart[] {
  const { PartNumber: number, Size: size, ETag: etag } = part;
  return number === undefined || size === undefined || etag === undefined
    ? []
    : [{ number, size, etag: bareEtag(etag) }];
}
