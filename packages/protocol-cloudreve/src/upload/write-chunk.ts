import type { OwnCall } from "../call.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { sizedBody } from "./body-length.js";
import { chunkIndexOf, noChunkIndex } from "./chunk-index.js";
import { readDigest } from "./digest-header.js";
import { sessionIdOf } from "./session-id.js";

/**
 * `POST /file/upload/{sessionId}/{index}`: stores one chunk, and completes the upload with the last one that was
 * missing, whichever that is. A chunk that comes again is compared and answered as the first time. A direct upload may
 * go on here at any time; unless all of it came this way, its callback completes it.
 */
export async function writeChunk(call: OwnCall): Promise<Outcome> {
  const [id = "", at = ""] = call.parts;
  const sessionId = sessionIdOf(id);
  const index = chunkIndexOf(at);
  if (index === null) return { kind: "failed", failure: noChunkIndex };
  const checksum = readDigest(call.exchange);
  const body = sizedBody(call.exchange);
  const options = { ...call.options, ...(checksum === null ? {} : { checksum }) };
  await call.engine.write(sessionId, { index }, body, options);
  return done();
}
