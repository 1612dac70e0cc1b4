import type { SlaveStatus } from "@stowage/cloudreve-wire";
import { UploadError } from "@stowage/core";
import { done } from "../../wire/envelope.js";
import type { Outcome } from "../../wire/envelope.js";
import type { SlaveCall } from "../slave-call.js";
import { missingChunks } from "./chunk-extent.js";
import { nodeSessionId } from "./node-session-id.js";
import { readSlaveFacts } from "./slave-facts.js";

/** `GET /slave/upload/{sessionId}`: what is there. Ours: Cloudreve has no such question. */
export async function sessionStatus({ engine, settings, parts, options }: SlaveCall): Promise<Outcome> {
  const id = await nodeSessionId(settings.owner, parts[0] ?? "");
  const { session, missing } = await engine.status(id, options);
  const facts = readSlaveFacts(session);
  if (facts === null) throw new UploadError("SESSION_NOT_FOUND", "another front-end made the session", { id });
  const size = session.target.size ?? 0;
  const isOpen = session.state === "opening" || session.state === "open";
  const answer: SlaveStatus = {
    session_id: facts.sessionId,
    state: session.state,
    size,
    chunk_size: facts.chunkSize,
    received: session.received,
    missing: isOpen ? missingChunks(size, facts.chunkSize, missing).map(([start, end]) => [start, end]) : [],
    expires: session.expiresAt,
    object:
      session.state === "completed" ? { size: session.object.size, crc32: crc32Of(session.object.checksum) } : null,
  };
  return done(answer);
}

/** `null`: of another kind, or none. */
export function crc32Of(checksum: { readonly algorithm: string; readonly value: string } | undefined): string | null {
  return checksum?.algorithm === "crc32" ? checksum.value : null;
}
