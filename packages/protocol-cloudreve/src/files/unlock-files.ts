import { isUploadError } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { sessionIdOf } from "../upload/session-id.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { unlockBody } from "../wire/schemas.js";
import { readBatch } from "./batch.js";

/**
 * `DELETE /file/lock`: frees paths that unfinished uploads of the caller hold, by giving those uploads up. The tokens
 * are the ones of a 40073; what holds nothing any more counts as freed.
 */
export async function unlockFiles(call: OwnCall): Promise<Outcome> {
  const given = await readBatch(call.exchange.body, unlockBody, "tokens");
  if (given.kind === "refused") return given.outcome;
  for (const token of new Set(given.body.tokens)) await giveUp(call, token);
  return done();
}

async function giveUp({ engine, options }: OwnCall, token: string): Promise<void> {
  try {
    await engine.abort(sessionIdOf(token), options);
  } catch (error) {
    const isFree = isUploadError(error) && (error.code === "SESSION_NOT_FOUND" || error.code === "SESSION_CLOSED");
    if (!isFree) throw error;
  }
}
