import { ListMultipartUploadsCommand, type ListMultipartUploadsCommandOutput } from "@aws-sdk/client-s3";
import type { CallOptions, UploadTarget } from "@stowage/core";
import { abortUpload } from "./abort-upload.js";
import { removeAsides } from "./aside/remove-asides.js";
import type { S3Context } from "./context.js";
import { endlessList } from "./errors.js";
import type { S3Handle } from "./handle.js";
import { storeKey } from "./keys.js";

/**
 * Gives the upload up. Without a handle, whatever was begun at exactly this key is found and given up; uploads of others
 * in the same bucket are never touched.
 */
export async function abort(
  context: S3Context,
  handle: S3Handle | null,
  target: UploadTarget,
  options: CallOptions,
): Promise<void> {
  const key = storeKey(context.settings.prefix, target.key);
  const uploadIds = handle === null ? await begunAt(context, key, options) : [handle.uploadId];
  for (const uploadId of uploadIds) if (uploadId !== null) await abortUpload(context, key, uploadId, options);
  if (handle === null || handle.generation > 0) await removeAsides(context, target.key, options);
}

interface Marker {
  readonly KeyMarker: string;
  readonly UploadIdMarker?: string;
}

async function begunAt(context: S3Context, key: string, options: CallOptions): Promise<readonly string[]> {
  const { control, settings } = context;
  const found: string[] = [];
  const call = { operation: "ListMultipartUploads" };
  let marker: Marker | null = null;
  do {
    const from: Partial<Marker> = marker ?? {};
    const page = await control.demand(call, options, (client, signalled) =>
      client.send(new ListMultipartUploadsCommand({ Bucket: settings.bucket, Prefix: key, ...from }), signalled),
    );
    for (const { Key, UploadId } of page.Uploads ?? []) if (Key === key && UploadId !== undefined) found.push(UploadId);
    marker = markerAfter(page);
    if (marker?.KeyMarker === from.KeyMarker && marker?.UploadIdMarker === from.UploadIdMarker && marker !== null)
      throw endlessList(call.operation);
    // Keys come in order, and this one is the first of all that begin with it.
  } while (marker !== null && marker.KeyMarker <= key);
  return found;
}

/** `null`: that was the last page. */
function markerAfter(page: ListMultipartUploadsCommandOutput): Marker | null {
  const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
  if (IsTruncated !== true || NextKeyMarker === undefined || NextKeyMarker === "") return null;
  return {
    KeyMarker: NextKeyMarker,
    ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
  };
}
