import type { VendorCallback } from "../direct.js";
import { UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { StoredObject } from "../target.js";
import type { Caller } from "../uploads.js";
import { complete } from "./complete.js";
import type { EngineContext } from "./context.js";
import { policyOfSession } from "./routing.js";
import { loadVisible } from "./visible.js";

/** `Uploads.callback`. */
export async function callback(
  context: EngineContext,
  caller: Caller,
  id: string,
  given: VendorCallback | null,
  options: CallOptions,
): Promise<StoredObject> {
  const { session } = await loadVisible(context, caller, id, options);
  if (session.transfer === "through")
    throw new UploadError("FORBIDDEN", `session ${id} goes through us`, { reason: "callback" });
  if (given !== null && session.state !== "opening") {
    const { direct } = policyOfSession(context, session).driver;
    // Also where it is complete: whoever cannot prove that he is the vendor learns nothing of what became of it.
    await direct?.verifyCallback?.("handle" in session ? session.handle : null, session.target, given, options);
  }
  return complete(context, id, options);
}
