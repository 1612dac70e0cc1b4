import type { SessionStore } from "@stowage/core";
import type { Access } from "../access.js";
import type { WriteVerbs } from "../write-verbs.js";
import type { SessionReads } from "./reads.js";

/** `SessionStore`: which verb reads, which writes, and whose waiters it wakes. */
export function sessionVerbs(access: Access, writes: WriteVerbs, reads: SessionReads): SessionStore {
  return {
    insert: (session, quota) => access.write("insert", session.id, () => writes.insert(session, quota)),
    get: (id) => access.read("get", () => reads.get(id)),
    replace: (next, quota) => access.write("replace", next.id, () => writes.replace(next, quota)),
    claim: (id, claim, evict) => access.write("claim", id, () => writes.claim(id, claim, evict)),
    settle: (id, claimId, receipt, next) => access.write("settle", id, () => writes.settle(id, claimId, receipt, next)),
    receipts: (id) => access.read("receipts", () => reads.receipts(id)),
    changed: (id, { signal }) => access.changed(id, signal),
    publish: (next, entry) => access.write("publish", next.id, () => writes.publish(next, entry)),
    listDue: (now, limit) => access.read("listDue", () => reads.listDue(now, limit)),
    listSessions: (filter) => access.read("listSessions", () => reads.list(filter)),
    delete: (id) => access.write("delete", id, () => writes.delete(id)),
    garbage: (limit) => access.read("garbage", () => reads.garbage(limit)),
    collected: (object) => access.write("collected", null, () => writes.collected(object)),
    close: () => access.close(),
  };
}
