import { bytes, UploadError } from "@stowage/core";
import type { ByteRange, ByteSource, CallOptions } from "@stowage/core";
import type { NodeApi } from "../node-api.js";
import { contentPath } from "./content-path.js";
import { contentRefusal, isMissing } from "./content-refusal.js";
import { findFile } from "./find-file.js";

/** The text of a refusal, which is read so that its connection can be used again. */
const longestRefusal = 64 * 1024;

/**
 * A source of an object's bytes, or of a range of them, cut where the object ends. One request tells the size; another is
 * made whenever somebody reads.
 *
 * @throws {UploadError} `OBJECT_NOT_FOUND`, `BACKEND_*`
 */
export async function read(
  node: NodeApi,
  key: string,
  wanted: ByteRange | null,
  options: CallOptions,
): Promise<ByteSource> {
  const found = await findFile(node, key, options);
  if (found === null) throw notFound(key);
  const start = Math.min(wanted?.start ?? 0, found.size);
  const range = { start, end: Math.max(start, Math.min(wanted?.end ?? found.size, found.size)) };
  return {
    size: range.end - range.start,
    oneShot: false,
    stream: () => pieces(node, key, range, range.end - range.start === found.size, options),
  };
}

async function* pieces(
  node: NodeApi,
  key: string,
  { start, end }: ByteRange,
  isAll: boolean,
  options: CallOptions,
): AsyncGenerator<Uint8Array> {
  if (start === end) return;
  const headers: Record<string, string> = isAll ? {} : { range: `bytes=${start}-${end - 1}` };
  const answer = await node.content({ method: "GET", path: contentPath(key), headers }, options);
  if (answer.status === (isAll ? 200 : 206)) return yield* answer.body.stream();
  await bytes(answer.body, longestRefusal).catch(() => {});
  if (isMissing(answer.status, answer.headers)) throw notFound(key);
  throw contentRefusal(answer.status, answer.headers, "reading a file");
}

function notFound(key: string): UploadError<"OBJECT_NOT_FOUND"> {
  return new UploadError("OBJECT_NOT_FOUND", "there is no such object", { key });
}
