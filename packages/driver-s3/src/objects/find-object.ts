import { HeadObjectCommand, type HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { CallOptions, Checksum, StoredObject } from "@stowage/core";
import { bareEtag } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { toUploadError } from "../errors.js";
import { storeKey } from "../keys.js";
import { markHeader } from "../mark.js";

/** An object as HEAD tells of it. */
export interface FoundObject {
  readonly object: StoredObject;
  /** Whose it is; `null`: not made by an upload of this driver. */
  readonly mark: string | null;
}

/** Looks at a key (the target's). `null`: nothing there. */
export async function findObject(context: S3Context, key: string, options: CallOptions): Promise<FoundObject | null> {
  const { control, settings } = context;
  const full = storeKey(settings.prefix, key);
  const call = { operation: "HeadObject" };
  const answer = await control.ask(call, options, (client, signalled) =>
    client.send(new HeadObjectCommand({ Bucket: settings.bucket, Key: full, ChecksumMode: "ENABLED" }), signalled),
  );
  if (answer.kind === "done") {
    const { ContentLength = 0, ETag, Metadata } = answer.output;
    return { object: describe(key, ContentLength, ETag, answer.output), mark: Metadata?.[markHeader] ?? null };
  }
  if (answer.failure.status === 404 && answer.failure.code !== "NoSuchBucket") return null;
  throw toUploadError(answer.failure, call);
}

type Checksums = Pick<
  HeadObjectCommandOutput,
  "ChecksumType" | "ChecksumCRC32" | "ChecksumCRC32C" | "ChecksumCRC64NVME"
>;

/** What HEAD and a completion both tell. Checksums of parts together (`COMPOSITE`) are none of the object. */
export function describe(key: string, size: number, etag: string | undefined, checksums: Checksums): StoredObject {
  const bare = bareEtag(etag ?? "");
  const checksum = checksums.ChecksumType === "FULL_OBJECT" ? checksumOf(checksums) : null;
  return { key, size, ...(bare === "" ? {} : { etag: bare }), ...(checksum === null ? {} : { checksum }) };
}

function checksumOf({ ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME }: Checksums): Checksum | null {
  if (ChecksumCRC32 !== undefined) return { algorithm: "crc32", value: ChecksumCRC32 };
  if (ChecksumCRC32C !== undefined) return { algorithm: "crc32c", value: ChecksumCRC32C };
  if (ChecksumCRC64NVME !== undefined) return { algorithm: "crc64nvme", value: ChecksumCRC64NVME };
  return null;
}
