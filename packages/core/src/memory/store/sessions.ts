import type { SessionFilter, SessionSnapshot, SessionStore } from "../../store.js";
import { claim, snapshotOf } from "./claim.js";
import { insert } from "./insert.js";
import { garbageId, type MemoryData } from "./memory-data.js";
import { publish } from "./publish.js";
import { replace } from "./replace.js";
import { settle } from "./settle.js";

/** `SessionStore` over the data; each verb runs at once, so none sees another's half. */
export function sessionVerbs(data: MemoryData, newId: () => string): SessionStore {
  const { sessions, garbage, changes } = data;
  return {
    insert: async (session, quota) => insert(data, session, quota),
    get: async (id) => {
      const record = sessions.get(id);
      return record === undefined ? null : snapshotOf(record);
    },
    replace: async (next, quota) => replace(data, next, quota),
    claim: async (id, wished, evict) => claim(data, id, wished, evict),
    settle: async (id, claimId, receipt, next) => settle(data, id, claimId, receipt, next),
    receipts: async (id) => [...(sessions.get(id)?.receipts ?? [])],
    changed: (id, { signal }) => changes.next(id, signal),
    publish: async (next, entry) => publish(data, next, entry, newId),
    listDue: async (now, limit) => listDue(data, now, limit),
    listSessions: async (filter) => list(data, filter),
    delete: async (id) => remove(data, id),
    garbage: async (limit) => [...garbage.values()].slice(0, limit),
    collected: async (object) => void garbage.delete(garbageId(object)),
    close: async () => {},
  };
}

function listDue({ sessions }: MemoryData, now: number, limit: number): readonly SessionSnapshot[] {
  return [...sessions.values()]
    .filter(({ session }) => session.dueAt <= now)
    .sort((a, b) => a.session.dueAt - b.session.dueAt)
    .slice(0, limit)
    .map(snapshotOf);
}

function list({ sessions }: MemoryData, { owner, state, after, limit }: SessionFilter): readonly SessionSnapshot[] {
  return [...sessions.values()]
    .filter(
      ({ session }) =>
        (owner === undefined || session.owner === owner) &&
        (state === undefined || session.state === state) &&
        (after === undefined || session.id > after),
    )
    .sort((a, b) => (a.session.id < b.session.id ? -1 : 1))
    .slice(0, limit)
    .map(snapshotOf);
}

function remove({ sessions, ledger, changes }: MemoryData, id: string): void {
  const record = sessions.get(id);
  if (record === undefined) return;
  sessions.delete(id);
  ledger.move(record.session.owner, -record.reserved, 0);
  changes.wake(id);
}
