import { isUploadError } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { sessionIdOf } from "../upload/session-id.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { readJson } from "../wire/read-json.js";
import { unlockBody } from "../wire/schemas.js";
import { refuseLongBatch } from "./batch.js";

/**
 * `DELETE /file/lock`: frees paths that unfinished uploads of the caller hold, by giving those uploads up. The tokens
 * are the ones of a 40073; what holds nothing any more counts as freed.
 */
export async function unlockFiles(call: OwnCall): Promise<Outcome> {
  const { tokens } = await readJson(call.exchange.body, unlockBody);
  const refusal = refuseLongBatch(tokens);
  if (refusal !== null) return refusal;
  for (const token of new Set(tokens)) await giveUp(call, token);
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
