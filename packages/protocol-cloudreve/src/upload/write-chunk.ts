import type { OwnCall } from "../call.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { sizedBody } from "./body-length.js";
import { readDigest } from "./digest-header.js";
import { sessionIdOf } from "./session-id.js";

/**
 * `POST /file/upload/{sessionId}/{index}`: stores one chunk, and completes the upload with the last one that was
 * missing, whichever that is. A chunk that comes again is compared and answered as the first time.
 */
export async function writeChunk(call: OwnCall): Promise<Outcome> {
  const [id = "", index = ""] = call.parts;
  const sessionId = sessionIdOf(id);
  if (!/^(0|[1-9]\d{0,9})$/.test(index)) return failed(40012, "invalid chunk index: a whole number, counted from 0");
  const checksum = readDigest(call.exchange);
  const body = sizedBody(call.exchange);
  const options = { ...call.options, ...(checksum === null ? {} : { checksum }) };
  await call.engine.write(sessionId, { index: Number(index) }, body, options);
  return done();
}
