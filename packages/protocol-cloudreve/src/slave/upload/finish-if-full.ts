import type { CallOptions, StoredObject, Uploads } from "@stowage/core";
import { readSlaveFacts } from "./slave-facts.js";

/**
 * Completes an upload of which all is there, unless its master wants to do that. Looked at anew each time: who brings the
 * last byte and who names the callback may cross, and one of the two sees both.
 *
 * @throws {UploadError} what `complete` throws
 */
export async function finishIfFull(
  { engine, options }: { readonly engine: Pick<Uploads, "session" | "complete">; readonly options: CallOptions },
  id: string,
): Promise<StoredObject | null> {
  const session = await engine.session(id, options);
  if (session.state === "completed") return session.object;
  const waits = readSlaveFacts(session)?.waits ?? true;
  if (waits || session.received !== session.target.size) return null;
  return engine.complete(id, options);
}
