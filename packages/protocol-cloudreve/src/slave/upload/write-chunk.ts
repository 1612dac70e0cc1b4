import { masterField } from "@stowage/cloudreve-wire";
import { UploadError } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import { sizedBody } from "../../upload/body-length.js";
import { chunkIndexOf, noChunkIndex } from "../../upload/chunk-index.js";
import { readDigest } from "../../upload/digest-header.js";
import { done, failed } from "../../wire/envelope.js";
import type { Outcome } from "../../wire/envelope.js";
import type { SlaveCall } from "../slave-call.js";
import { chunkCount, chunkExtent } from "./chunk-extent.js";
import { finishIfFull } from "./finish-if-full.js";
import { nodeSessionId } from "./node-session-id.js";
import { readSlaveFacts } from "./slave-facts.js";

/**
 * `POST /slave/upload/{sessionId}?chunk=N`: stores one chunk, in any order, and completes the upload with the last one that
 * was missing, unless its master does that. A callback is delivered before the answer, if the master hears it soon; else later.
 */
export async function writeChunk(call: SlaveCall): Promise<Outcome> {
  const { engine, exchange, options, parts } = call;
  const id = await nodeSessionId(call.settings.owner, parts[0] ?? "");
  const session = await engine.session(id, options);
  const facts = readSlaveFacts(session);
  if (facts === null) throw new UploadError("SESSION_NOT_FOUND", "another front-end made the session", { id });
  const index = chunkIndexOf(exchange.url.searchParams.get("chunk") ?? "");
  if (index === null) return { kind: "failed", failure: noChunkIndex };
  const size = session.target.size ?? 0;
  const extent = chunkExtent(size, facts.chunkSize, index);
  if (extent === null) {
    const count = chunkCount(size, facts.chunkSize);
    throw new UploadError("CHUNK_INDEX_INVALID", `chunk ${index}: the upload has ${count}`, { index, count });
  }
  const checksum = readDigest(exchange);
  const body = sizedBody(exchange);
  const { start, end } = extent;
  if (body.size !== end - start) {
    const message = `chunk ${index}: got ${body.size} of ${end - start} bytes`;
    const details = { offset: start, expected: end - start, actual: body.size };
    throw new UploadError("CHUNK_SIZE_MISMATCH", message, details);
  }
  // Part of a chunk would tie its sender to bytes that may have been damaged on their way.
  const given = { ...options, whole: true, ...(checksum === null ? {} : { checksum }) };
  const { received } = await engine.write(id, { offset: start }, body, given);
  const object = received === size ? await finishIfFull(call, id) : null;
  if (object !== null && isOfMaster(exchange)) {
    call.courier.takeLater(engine, id);
    return done();
  }
  const delivery = object === null ? null : await call.courier.hurry(engine, id, options);
  if (delivery === "refused") return failed(50007, "the upload is complete, and its master does not know it any more");
  return done();
}

/** A field that masters send with chunks, and that no client can: its credential covers none. */
function isOfMaster(exchange: Pick<HttpExchange, "header">): boolean {
  return exchange.header(masterField) !== undefined;
}
