import { type FileHandle, open } from "node:fs/promises";
import { type ByteRange, type ByteSource, type CallOptions, UploadError } from "@stowage/core";
import { codeOf, toUploadError } from "./errors.js";
import { openFlags } from "./file-calls.js";
import type { PartFiles } from "./open-part.js";
import { statObject } from "./stat-object.js";

/** A trip to the thread pool must carry at least this much. */
const pieceSize = 256 * 1024;

/**
 * A source of an object's bytes, or of a range of them, cut where the object ends. The file is open only while somebody
 * reads: from the first piece to the last, or to where the reader stops.
 *
 * @throws {UploadError} `OBJECT_NOT_FOUND`, `NAME_REFUSED`, `BACKEND_*`
 */
export async function readObject(
  files: Pick<PartFiles, "layout" | "root">,
  key: string,
  wanted: ByteRange | null,
  options: CallOptions,
): Promise<ByteSource> {
  const object = await statObject(files, key).catch((error: unknown) => {
    throw toUploadError(error, "read");
  });
  if (object === null) throw notFound(key);
  const start = Math.min(wanted?.start ?? 0, object.size);
  const end = Math.max(start, Math.min(wanted?.end ?? object.size, object.size));
  const range = { start, end };
  return {
    size: end - start,
    oneShot: false,
    stored: { key, range },
    stream: () => pieces(object.path, key, range, options),
  };
}

async function* pieces(
  path: string,
  key: string,
  range: ByteRange,
  { signal }: CallOptions,
): AsyncGenerator<Uint8Array> {
  if (range.start === range.end) return;
  const file = await open(path, openFlags.read).catch((error: unknown) => {
    throw codeOf(error) === "ENOENT" ? notFound(key) : toUploadError(error, "read");
  });
  try {
    for (let at = range.start; at < range.end;) {
      if (signal.aborted) throw signal.reason;
      const piece = await readPiece(file, at, range);
      at += piece.byteLength;
      yield piece;
    }
  } finally {
    await file.close();
  }
}

/** A buffer of its own for each piece, as nobody says when the reader is done with it. */
async function readPiece(file: FileHandle, at: number, range: ByteRange): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(pieceSize, range.end - at));
  const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, at).catch((error: unknown) => {
    throw toUploadError(error, "read");
  });
  if (bytesRead > 0) return buffer.subarray(0, bytesRead);
  const expected = range.end - range.start;
  throw new UploadError("BODY_TRUNCATED", "the object has become shorter", { expected, actual: at - range.start });
}

function notFound(key: string): UploadError<"OBJECT_NOT_FOUND"> {
  return new UploadError("OBJECT_NOT_FOUND", "there is no such object", { key });
}
