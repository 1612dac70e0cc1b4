import type { Call } from "../call.js";
import type { WrittenAnswer } from "../wire/answers.js";
import { done, failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { readContentDigest } from "./content-digest.js";

/**
 * `PUT /sessions/{id}/chunks/{index}`: stores one chunk, and completes the upload with the last one that was missing,
 * whichever that is. A chunk that comes again is compared and answered as the first time.
 */
export async function writeChunk(call: Call): Promise<Outcome> {
  const { exchange, engine } = call;
  const [id = "", index = ""] = call.parts;
  if (!/^(0|[1-9]\d{0,9})$/.test(index)) return failed(400, "CHUNK_INDEX_INVALID", "no such chunk");
  const coding = exchange.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity") return failed(415, "CODING_UNKNOWN", "chunks are taken as they are, without a coding");
  const checksum = readContentDigest(exchange.header("content-digest"));
  const options = { ...call.options, ...(checksum === null ? {} : { checksum }) };
  const { received, object } = await engine.write(id, { index: Number(index) }, exchange.body, options);
  return done({
    received,
    completed: object !== null,
    ...(object?.checksum === undefined ? {} : { checksum: { ...object.checksum } }),
  } satisfies WrittenAnswer);
}
