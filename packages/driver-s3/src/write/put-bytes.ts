import { type ByteSource, type CallOptions, type Chunk, fromBytes, UploadError } from "@stowage/core";
import { bareEtag } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { driverName, toUploadError } from "../errors.js";
import { drain, failureIn, sendSigned } from "../wire/send-signed.js";
import { holdBody } from "./hold-body.js";
import { tryAgain } from "@stowage/core/layers";

/** Where bytes go. */
export interface PutAim {
  /** The store's key. */
  readonly key: string;
  /** A part of an upload; absent: an object. */
  readonly part?: { readonly uploadId: string; readonly number: number };
  /** Bytes that are in memory carry their CRC-32. */
  readonly crc32: boolean;
}

/** What is sent. `body.size` is known. */
export type PutChunk = Pick<Chunk, "body" | "checksum" | "offset"> & { readonly size: number };

/**
 * One PUT, and its entity tag. While the memory budget has room the body is held: it goes out in one write, with a CRC
 * where the store verifies one, and again where that fails in passing. Else it streams, once.
 *
 * @throws {UploadError} `CHECKSUM_MISMATCH`, `BODY_TRUNCATED`, `BACKEND_*`; and what the body throws
 */
export async function putBytes(
  context: S3Context,
  aim: PutAim,
  chunk: PutChunk,
  options: CallOptions,
): Promise<string> {
  const { memory, clock } = context.runtime;
  const { size, body } = chunk;
  if (size > memory.total || !memory.tryTake(size)) return putOnce(context, aim, chunk, body, null, options);
  try {
    const held = context.spares.take(size);
    await holdBody(body, held, options);
    const crc32 = aim.crc32 ? crc32Of(context, held) : null;
    let attempts = 0;
    const etag = await tryAgain(clock, options, () => {
      attempts++;
      return putOnce(context, aim, chunk, fromBytes(held), crc32, options);
    });
    // Acknowledged, so all of it has left; a request that failed before may still be reading it.
    if (attempts === 1) context.spares.give(held);
    return etag;
  } finally {
    memory.give(size);
  }
}

function crc32Of({ runtime }: S3Context, bytes: Uint8Array): string {
  const digest = runtime.digest("crc32");
  digest.update(bytes);
  return digest.value();
}

async function putOnce(
  context: S3Context,
  { key, part }: PutAim,
  { checksum, offset, size }: PutChunk,
  body: ByteSource,
  crc32: string | null,
  options: CallOptions,
): Promise<string> {
  const query: Record<string, string> =
    part === undefined ? {} : { partNumber: String(part.number), uploadId: part.uploadId };
  const headers = {
    "content-length": String(size),
    ...(checksum === undefined ? {} : { "content-md5": checksum.value }),
    ...(crc32 === null ? {} : { "x-amz-checksum-crc32": crc32 }),
  };
  const operation = part === undefined ? "PutObject" : "UploadPart";
  const answer = await sendSigned(context, { method: "PUT", key, query, headers, body }, options);
  if (answer.status !== 200) {
    const algorithm = checksum === undefined ? "crc32" : "md5";
    throw toUploadError(await failureIn(answer), { operation, offset, algorithm });
  }
  await drain(answer, operation);
  const etag = bareEtag(answer.headers["etag"] ?? "");
  if (etag !== "") return etag;
  throw new UploadError("BACKEND_REJECTED", `${operation}: no entity tag`, { driver: driverName, status: 200 });
}
