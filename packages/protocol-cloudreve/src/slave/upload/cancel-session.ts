import { isUploadError } from "@stowage/core";
import type { SessionView } from "@stowage/core";
import { done } from "../../wire/envelope.js";
import type { Outcome } from "../../wire/envelope.js";
import { filePath } from "../files/file-path.js";
import { findAt } from "../files/find-file.js";
import type { SlaveCall } from "../slave-call.js";
import { nodeSessionId } from "./node-session-id.js";
import { readSlaveFacts } from "./slave-facts.js";

/**
 * `DELETE /slave/upload/{sessionId}`: nothing of the upload stays, nor of the file that it made: a master gives up only what
 * it does not show. One that is gone is a success; `path` in the query (ours) says where its file would be.
 */
export async function cancelSession(call: SlaveCall): Promise<Outcome> {
  const { engine, settings, parts, options } = call;
  const id = await nodeSessionId(settings.owner, parts[0] ?? "");
  try {
    await engine.abort(id, options);
  } catch (error) {
    if (!isUploadError(error)) throw error;
    if (error.code === "SESSION_CLOSED") await withdraw(call, await engine.session(id, options));
    else if (error.code === "SESSION_NOT_FOUND") await removeForgotten(call, id);
    else throw error;
  }
  return done();
}

/** Removes what a completed upload made, and drops its callback. */
async function withdraw({ engine, options }: SlaveCall, session: SessionView): Promise<void> {
  const facts = readSlaveFacts(session);
  if (facts?.callback?.state === "pending") {
    const callback = { ...facts.callback, state: "refused" as const };
    await engine.setWire(session.id, { ...facts, callback }, options);
  }
  const entry = session.entry === null ? null : await engine.find({ path: session.entry.path }, options);
  // Another upload may have replaced it.
  if (entry?.version === session.id) await engine.remove(entry.id, options);
}

/** The file of a completed upload outlives its session, when its master has never heard of it. */
async function removeForgotten({ engine, exchange, options }: SlaveCall, id: string): Promise<void> {
  const path = exchange.url.searchParams.get("path");
  const entry = path === null ? null : await findAt({ engine, options }, filePath(path));
  if (entry?.version === id) await engine.remove(entry.id, options);
}
