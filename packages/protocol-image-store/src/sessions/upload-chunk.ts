import { UploadError } from "@stowage/core";
import type { Call } from "../call.js";
import { checkBody } from "../wire/check-body.js";
import { done, failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { chunkRange } from "./chunk-range.js";
import { openSession } from "./open-session.js";
import { sessionGuid } from "./session-guid.js";

/**
 * `PUT /{contentPath}/$/UploadChunk`: stores the bytes of a range, whatever its type says they are. The first chunk of
 * a session makes it. Bytes that are there already are compared.
 */
export async function uploadChunk(call: Call): Promise<Outcome> {
  const { exchange, engine, options, path, body } = call;
  const guid = sessionGuid(call);
  if (typeof guid !== "string") return guid;
  const found = chunkRange(exchange.header("content-range"));
  if (found === null) return failed(400, badRange, "Content-Range: bytes {first}-{last}/{length} is needed");
  const { range, size } = found;
  checkLength(checkBody(exchange), range.start, range.end - range.start);
  const id = await openSession(call, { guid, path, size });
  const whole = exchange.header("stowage-chunk") === "whole";
  await engine.write(id, { offset: range.start }, body, { ...options, whole });
  return done();
}

const badRange = "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE";

/** The stock client as published announces no bytes at all: nothing of such a chunk may be stored. */
function checkLength(actual: number, offset: number, expected: number): void {
  if (actual === expected) return;
  throw new UploadError("CHUNK_SIZE_MISMATCH", `got ${actual} bytes for a range of ${expected}`, {
    offset,
    expected,
    actual,
  });
}
