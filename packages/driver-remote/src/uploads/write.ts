import { chunkQuery, masterField, slavePaths } from "@stowage/cloudreve-wire";
import { exactBody } from "@stowage/core";
import type { CallOptions, Chunk, Receipt } from "@stowage/core";
import { isDone, lacks, lostUpload, refusalOf } from "../errors.js";
import type { UploadContext } from "../upload-context.js";

/** `ChunkSink.write`: one request to the node, streamed. */
export async function write(upload: UploadContext, chunk: Chunk, options: CallOptions): Promise<Receipt> {
  if (options.signal.aborted) throw options.signal.reason;
  const { offset, body } = chunk;
  const { size } = body;
  if (size === null) throw lacks("unsizedBody");
  if (chunk.checksum !== undefined) throw lacks(`checksums: ${chunk.checksum.algorithm}`);
  const index = indexOf(upload, offset);
  const reply = await upload.node.ask(
    {
      method: "POST",
      path: slavePaths.session(upload.target.sessionId),
      query: chunkQuery(index, "status"),
      // Tells the node that no callback is waited for: the one who would hear it waits for the answer to this.
      headers: { "content-type": "application/octet-stream", [masterField]: "false" },
      body: exactBody(body, size, offset),
    },
    options,
    "endless",
  );
  if (isDone(reply)) return { offset, size, token: "" };
  throw refusalOf(reply, { operation: `chunk ${index}`, range: { start: offset, end: offset + size } });
}

/** The node's index of the chunk that starts at an offset. @throws {UploadError} `BACKEND_LOST_UPLOAD` where none does */
export function indexOf({ chunkSize }: UploadContext, offset: number): number {
  const index = chunkSize === 0 ? 0 : offset / chunkSize;
  if (Number.isInteger(index) && index * chunkSize === offset) return index;
  throw lostUpload(`offset ${offset}: chunks of the upload have ${chunkSize} bytes`);
}
