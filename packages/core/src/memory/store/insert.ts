import { UploadError } from "../../errors.js";
import type { UploadSession } from "../../session.js";
import type { MemoryData } from "./memory-data.js";
import { checkNotBusy, checkPlace } from "./places.js";

/** `SessionStore.insert`. */
export function insert(data: MemoryData, session: UploadSession, quota: number): void {
  const { id, owner, entry, target } = session;
  if (data.sessions.has(id)) throw new UploadError("SESSION_EXISTS", `session ${id} is there`, { id });
  if (entry !== null) {
    checkPlace(data.entries, owner, entry);
    if (entry.onConflict === "refuse") checkNotBusy(data, owner, entry.path);
  }
  const reserved = target.size ?? 0;
  data.ledger.check(owner, reserved, quota);
  data.ledger.move(owner, reserved, 0);
  data.sessions.set(id, { session, received: 0, reserved, claims: new Map(), receipts: [] });
  data.changes.wake(id);
}
