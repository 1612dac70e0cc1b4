import type { SessionView, UploadSession } from "../session.js";
import type { SessionSnapshot } from "../store.js";

/** A session without what only the engine, its store and its driver may see. */
export function viewSession({
  session,
  received: counted,
}: Pick<SessionSnapshot, "session" | "received">): SessionView {
  const { id, owner, policyId, protocol, wire, transfer, target, sizeLimit, entry, completion, createdAt, expiresAt } =
    session;
  // Bytes that did not come through us have no receipts.
  const received = session.state === "completed" ? session.object.size : counted;
  const core = {
    id,
    owner,
    policyId,
    protocol,
    wire,
    transfer,
    target,
    sizeLimit,
    entry,
    completion,
    createdAt,
    expiresAt,
    received,
  };
  switch (session.state) {
    case "completed":
      return { ...core, state: session.state, object: session.object };
    case "aborting":
    case "aborted":
      return { ...core, state: session.state, cause: session.cause };
    default:
      return { ...core, state: session.state };
  }
}

/** As events and hooks get it: a front-end's own facts may be secrets. */
export function viewForEvent(snapshot: { readonly session: UploadSession; readonly received: number }): SessionView {
  return { ...viewSession(snapshot), wire: null };
}
