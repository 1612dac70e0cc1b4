import type { CatalogEntry } from "../../catalog-entry.js";
import type { UploadSession } from "../../session.js";
import { discard, type MemoryData } from "./memory-data.js";
import { checkPlace, makeAncestors } from "./places.js";
import { notEarlier, revisionConflict } from "./replace.js";

/** `SessionStore.publish`. Everything is checked before anything changes. */
export function publish(data: MemoryData, next: UploadSession, entry: CatalogEntry | null, newId: () => string): void {
  const record = data.sessions.get(next.id);
  if (record?.session.revision !== next.revision - 1 || record.session.state !== "completing")
    throw revisionConflict(next);
  if (entry !== null) {
    show(data, next, entry, newId);
    data.ledger.move(next.owner, -record.reserved, 0);
    record.reserved = 0;
  }
  record.session = notEarlier(next, record.session);
  data.changes.wake(next.id);
}

function show({ entries, ...data }: MemoryData, next: UploadSession, entry: CatalogEntry, newId: () => string): void {
  const { owner, path } = entry;
  const { onConflict = "refuse", replaces } = next.entry ?? {};
  const terms = { path, onConflict, modifiedAt: entry.modifiedAt, ...(replaces === undefined ? {} : { replaces }) };
  checkPlace(entries, owner, terms);
  makeAncestors(entries, entry, newId);
  const replaced = entries.at(owner, path);
  entries.put(replaced === undefined ? entry : { ...entry, id: replaced.id, createdAt: replaced.createdAt });
  const old = replaced?.object ?? null;
  if (old !== null) discard({ entries, ...data }, old);
  data.ledger.move(owner, 0, (entry.object?.size ?? 0) - (old?.size ?? 0));
}
