import { exactBody, UploadError } from "@stowage/core";
import type { ByteRange, CallOptions, Chunk, Receipt } from "@stowage/core";
import { printContentRange } from "@stowage/core/http";
import { fabricCodes, lacks, refusalOf } from "./errors.js";
import { findSession } from "./find-session.js";
import type { StoreReply } from "./store-api.js";
import type { UploadContext } from "./upload-context.js";

/** `ChunkSink.write`: one `UploadChunk`, streamed. The first one makes the session. */
export async function write(
  upload: UploadContext,
  maxChunk: number,
  chunk: Chunk,
  options: CallOptions,
): Promise<Receipt> {
  if (options.signal.aborted) throw options.signal.reason;
  const { offset, body } = chunk;
  const { size } = body;
  if (size === null) throw lacks("unsizedBody");
  if (chunk.checksum !== undefined) throw lacks(`checksums: ${chunk.checksum.algorithm}`);
  if (size > maxChunk)
    throw new UploadError("OBJECT_TOO_LARGE", `a chunk of ${size} bytes, at most ${maxChunk}`, {
      size,
      limit: maxChunk,
    });
  const exact = exactBody(body, size, offset);
  const receipt: Receipt = { offset, size, token: "" };
  if (size === 0) {
    for await (const _ of exact.stream());
    return receipt;
  }
  const range = { start: offset, end: offset + size };
  const reply = await upload.api(
    {
      method: "PUT",
      path: upload.path,
      operation: "UploadChunk",
      session: upload.session,
      headers: {
        "content-range": printContentRange({ kind: "range", range, size: upload.size }),
        "content-type": "application/octet-stream",
        // Asks a server of ours to keep nothing of a chunk that breaks off, as Microsoft's does anyway.
        "stowage-chunk": "whole",
      },
      body: exact,
    },
    options,
  );
  if (reply.status === 200 || (await isThereAlready(upload, reply, range, options))) return receipt;
  throw refusalOfChunk(reply, range);
}

/**
 * Microsoft's server refuses bytes that it has. They are this chunk's, whose first answer was lost. A server of ours
 * compares, and so knows better.
 */
async function isThereAlready(
  upload: UploadContext,
  { status, code, cause }: StoreReply,
  range: ByteRange,
  options: CallOptions,
): Promise<boolean> {
  if (status !== 400 || code !== fabricCodes.badRange || cause !== "") return false;
  const session = await findSession(upload, options);
  return session !== null && session.missing.every(({ start, end }) => end <= range.start || start >= range.end);
}

function refusalOfChunk(reply: StoreReply, range: ByteRange): UploadError {
  if (reply.cause !== "RANGE_OVERLAP") return refusalOf(reply, "UploadChunk");
  return new UploadError("RANGE_OVERLAP", `bytes ${range.start} to ${range.end}: others are stored`, { range });
}
