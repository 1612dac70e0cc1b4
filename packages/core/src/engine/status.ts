import type { Receipt } from "../driver.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { Caller, UploadStatus } from "../uploads.js";
import type { EngineContext } from "./context.js";
import { contiguousEnd, missingRanges } from "./extents.js";
import { findParts } from "./find-parts.js";
import { policyOfSession } from "./routing.js";
import { viewSession } from "./view.js";
import { checkNotExpired, loadVisible } from "./visible.js";

/** `Uploads.status`: from our own receipts; of an open upload that does not all come through us, from the backend. */
export async function status(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<UploadStatus> {
  const snapshot = await loadVisible(context, caller, id, options);
  checkNotExpired(context, snapshot.session);
  const session = viewSession(snapshot);
  const { size } = snapshot.session.target;
  const receipts = await receiptsOf(context, snapshot.session, options);
  if (receipts === null) return { session, contiguousOffset: size ?? 0, missing: [] };
  const received = session.transfer === "through" ? session.received : sumOf(receipts);
  return {
    session: { ...session, received },
    contiguousOffset: contiguousEnd(receipts),
    missing: missingRanges(receipts, size),
  };
}

/** `null`: there is nothing to ask for any more, all has come. */
async function receiptsOf(
  context: EngineContext,
  session: UploadSession,
  options: CallOptions,
): Promise<readonly Receipt[] | null> {
  if (session.transfer === "through") return context.store.receipts(session.id, options);
  if (session.state === "completing" || session.state === "completed") return null;
  if (session.state !== "open") return [];
  const found = await findParts(context, policyOfSession(context, session), session, options);
  return found.kind === "object" ? null : found.receipts;
}

function sumOf(receipts: readonly Receipt[]): number {
  return receipts.reduce((sum, { size }) => sum + size, 0);
}
