import { UploadError } from "@stowage/core";
import type { ByteRange, ChunkPlan } from "@stowage/core";
import type { OwnCall } from "../call.js";
import type { UploadStatusAnswer } from "../wire/answers.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { sessionIdOf } from "./session-id.js";
import { readWireFacts } from "./wire-facts.js";

/** Most ranges, and most indices, of one answer: a client that sends these asks again. */
const mostMissing = 10_000;

/**
 * `GET /file/upload/{sessionId}`: what is missing; of a direct upload the backend is asked. Our extension: Cloudreve has
 * no such question.
 */
export async function uploadStatus(call: OwnCall): Promise<Outcome> {
  const [id = ""] = call.parts;
  const { session, missing } = await call.engine.status(sessionIdOf(id), call.options);
  const facts = readWireFacts(session);
  const { plan } = session.target;
  if (facts === null || plan === null) {
    throw new UploadError("SESSION_NOT_FOUND", "another front-end made the session", { id: session.id });
  }
  const isOpen = session.state === "opening" || session.state === "open";
  const ranges = isOpen ? missing : [];
  const chunks = isOpen ? missingChunks(plan, missing, mostMissing + 1) : [];
  const answer: UploadStatusAnswer = {
    session_id: session.id,
    uri: facts.uri,
    state: session.state,
    size: plan.size,
    received: session.received,
    chunk_size: plan.chunkSize,
    chunk_count: plan.count,
    missing: ranges.slice(0, mostMissing).map(({ start, end }) => ({ start, end })),
    missing_chunks: chunks.slice(0, mostMissing),
    more_missing: ranges.length > mostMissing || chunks.length > mostMissing,
    expires: Math.floor(session.expiresAt / 1000),
  };
  return done(answer);
}

/** The first `most` indices of the chunks that still have to come. The one chunk of an empty file has no byte that could be missing. */
export function missingChunks(plan: ChunkPlan, missing: readonly ByteRange[], most: number): number[] {
  if (plan.size === 0) return [0];
  const indices = new Set<number>();
  for (const { start, end } of missing) {
    for (let index = Math.floor(start / plan.chunkSize); index * plan.chunkSize < end; index += 1) {
      if (indices.size === most) return [...indices];
      indices.add(index);
    }
  }
  return [...indices];
}
