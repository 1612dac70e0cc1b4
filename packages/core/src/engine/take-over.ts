import { isUploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { Caller, UploadStatus } from "../uploads.js";
import { acquire, release } from "./claims.js";
import type { EngineContext } from "./context.js";
import { status } from "./status.js";
import { loadVisible } from "./visible.js";

/** `Uploads.takeOver`: a claim on everything marks all writers wanted, and is granted when they have settled. */
export async function takeOver(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<UploadStatus> {
  const { session, claims } = await loadVisible(context, caller, id, options);
  if (session.state === "open" && claims.length > 0) await waitForWriters(context, id, options);
  return status(context, caller, id, options);
}

/**
 * Resolves when nobody writes any more; who does not answer is evicted and fenced out.
 *
 * @throws {UploadError} `SESSION_BUSY` while a completion holds the session
 */
export async function waitForWriters(context: EngineContext, id: string, options: CallOptions): Promise<void> {
  try {
    const { claimId } = await acquire(
      context,
      { sessionId: id, purpose: "complete", range: { start: 0, end: 0 }, fenced: true },
      options,
    );
    await release(context, id, claimId, options);
  } catch (error) {
    if (!isUploadError(error) || error.code !== "SESSION_CLOSED") throw error;
  }
}
