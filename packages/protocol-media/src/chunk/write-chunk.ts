import type { Call } from "../call.js";
import { readForm } from "../form/read-form.js";
import { mediaKinds } from "../wire/answers.js";
import { badRequest } from "../wire/bad-request.js";
import { failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { beginUpload } from "./begin-upload.js";
import type { Chunk } from "./chunk.js";
import { chunkRange } from "./chunk-range.js";
import type { ChunkRange } from "./chunk-range.js";
import { continueUpload } from "./continue-upload.js";
import { kindLimits } from "./kind-limits.js";

/**
 * `POST /upload/chunk/`: one chunk as a form. Nothing is stored before the form has ended and its file part turned out to have
 * exactly the bytes of `Content-Range`; `upload_id` may come after the file.
 */
export async function writeChunk(call: Call): Promise<Outcome> {
  const { exchange, settings } = call;
  const coding = exchange.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity") return failed(415, "CODING_UNKNOWN", "chunks are taken as they are, without a coding");
  if (!/^multipart\/form-data\s*(;|$)/i.test(exchange.header("content-type")?.trim() ?? ""))
    return failed(415, "FORM_REQUIRED", "a chunk comes as multipart/form-data");
  const place = chunkRange(exchange.header("content-range"), settings);
  if (place.kind !== "range") return place;
  const { start, end } = place.range;
  return call.hold(end - start, call.options, () => takeChunk(call, place));
}

async function takeChunk(call: Call, { range, total }: ChunkRange): Promise<Outcome> {
  const rules = { fileFields: mediaKinds, fileSize: range.end - range.start };
  const { fields, file } = await readForm(call.exchange, rules, call.runtime.clock);
  const kind = mediaKinds.find((name) => name === file?.field);
  if (file === null || kind === undefined) throw badRequest("image: or document, with the bytes, is needed");
  const { limit } = kindLimits(call.settings, kind);
  if (total > limit) return failed(413, "OBJECT_TOO_LARGE", "too large", { details: { limit } });
  const chunk: Chunk = { kind, range, total, name: file.name, bytes: file.bytes };
  // Clients that fill a form in from an object send an empty one with the first chunk.
  const id = fields.get("upload_id") ?? "";
  if (id !== "") return continueUpload(call, id, chunk);
  if (range.start > 0) return failed(400, "UPLOAD_ID_REQUIRED", "upload_id is needed from the second chunk on");
  return beginUpload(call, chunk);
}
