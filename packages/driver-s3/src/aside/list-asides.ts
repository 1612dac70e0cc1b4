import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { CallOptions } from "@stowage/core";
import { bareEtag } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { asidePrefix } from "../keys.js";
import type { PartToken } from "../receipt-token.js";
import { parseAsideKey } from "./aside-key.js";

/** A chunk that is kept aside. */
export interface Aside extends PartToken {
  /** The store's key. */
  readonly key: string;
  readonly size: number;
}

/** All chunks kept aside for an upload, of every generation. `key`: the target's. */
export async function listAsides(context: S3Context, key: string, options: CallOptions): Promise<readonly Aside[]> {
  const { control, settings } = context;
  const found: Aside[] = [];
  let token: string | undefined;
  do {
    const page = await control.demand({ operation: "ListObjectsV2" }, options, (client, call) =>
      client.send(
        new ListObjectsV2Command({
          Bucket: settings.bucket,
          Prefix: asidePrefix(settings.prefix, key),
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
        call,
      ),
    );
    for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? []) {
      const name = parseAsideKey(settings.prefix, key, Key);
      if (name !== null) found.push({ ...name, key: Key, size: Size, etag: bareEtag(ETag) });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}
