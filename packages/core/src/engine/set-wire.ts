import type { CallOptions, Json } from "../runtime.js";
import type { Caller } from "../uploads.js";
import { busy } from "./claims.js";
import type { EngineContext } from "./context.js";
import { replaceOrYield } from "./replace.js";
import { loadVisible } from "./visible.js";

/** `Uploads.setWire`. */
export async function setWire(
  context: EngineContext,
  caller: Caller,
  id: string,
  wire: Json,
  options: CallOptions,
): Promise<void> {
  for (;;) {
    const { session } = await loadVisible(context, caller, id, options);
    // Who opens it would take another revision for its end, and give the upload up.
    if (session.state === "opening") throw busy(id, context.timing.patienceMs);
    if (await replaceOrYield(context, { ...session, wire, revision: session.revision + 1 }, options)) return;
  }
}
