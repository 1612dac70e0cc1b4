import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { EngineContext } from "./context.js";
import { replaceOrYield } from "./replace.js";
import { load } from "./visible.js";

/**
 * The client of a direct upload sends a chunk through us. From now on both ways are open, and at completion receipts and
 * backend are looked at together.
 */
export async function switchTransfer(
  context: EngineContext,
  session: UploadSession & { readonly state: "open" },
  options: CallOptions,
): Promise<void> {
  let direct: UploadSession = session;
  while (direct.state === "open" && direct.transfer === "direct") {
    const mixed: UploadSession = { ...direct, transfer: "mixed", revision: direct.revision + 1 };
    if (await replaceOrYield(context, mixed, options)) return;
    ({ session: direct } = await load(context, session.id, options));
  }
}
