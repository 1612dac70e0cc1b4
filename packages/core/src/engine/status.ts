import type { CallOptions } from "../runtime.js";
import type { Caller, UploadStatus } from "../uploads.js";
import type { EngineContext } from "./context.js";
import { contiguousEnd, missingRanges } from "./extents.js";
import { viewSession } from "./view.js";
import { checkNotExpired, loadVisible } from "./visible.js";

/** `Uploads.status`: from our own receipts; the backend is not asked. */
export async function status(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<UploadStatus> {
  const snapshot = await loadVisible(context, caller, id, options);
  checkNotExpired(context, snapshot.session);
  const receipts = await context.store.receipts(id, options);
  return {
    session: viewSession(snapshot),
    contiguousOffset: contiguousEnd(receipts),
    missing: missingRanges(receipts, snapshot.session.target.size),
  };
}
