import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { EngineContext } from "./context.js";
import { policyOfSession } from "./routing.js";

/**
 * After an eviction without an answer: moves the upload to a handle under which the late writer's bytes cannot
 * land. Returns whether there was anything to fence. The caller holds the `complete` claim, so nobody else writes meanwhile. A crash after the driver's part
 * and before ours leaves the old handle without its bytes only where the driver's `fence` is not repeatable,
 * which its contract rules out.
 */
export async function fence(context: EngineContext, session: UploadSession, options: CallOptions): Promise<boolean> {
  const { driver } = policyOfSession(context, session);
  if (driver.fence === undefined || (session.state !== "open" && session.state !== "completing")) return false;
  const handle = await driver.fence(session.handle, session.target, options);
  await context.store.replace({ ...session, handle, revision: session.revision + 1 }, Number.MAX_SAFE_INTEGER, options);
  return true;
}
