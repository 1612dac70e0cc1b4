import { type CatalogEntry, type UploadSession, UploadError } from "@stowage/core";
import { memoryData, type MemoryData, memoryStore } from "@stowage/core/memory";
import type { Store, StoreFixture } from "../../src/store/store-fixture.js";

export type StoreSetup = () => StoreFixture;

/** What a mutant is told of the store that it alters. */
export interface OriginalStore {
  readonly store: Store;
  readonly data: MemoryData;
}

/** The reference store with some of its verbs replaced, in each of its instances. */
export function alteredStore(alter: (original: OriginalStore) => Partial<Store>): StoreSetup {
  return () => {
    const data = memoryData();
    const make = (): Store => {
      const store = memoryStore({ data });
      return { ...store, ...alter({ store, data }) };
    };
    return { store: make(), newInstance: make };
  };
}

/** All entries of an owner. */
export function allOf({ entries }: MemoryData, owner: string): readonly CatalogEntry[] {
  const walk = (folder: string): readonly CatalogEntry[] =>
    entries.children(owner, folder).flatMap((entry) => [entry, ...walk(entry.path)]);
  return walk("/");
}

/** Stores a session without asking anything. */
export function insertAnyway(data: MemoryData, session: UploadSession): void {
  const reserved = session.target.size ?? 0;
  data.ledger.move(session.owner, reserved, 0);
  data.sessions.set(session.id, { session, received: 0, reserved, claims: new Map(), receipts: [] });
}

/** Calls on where the verb refuses with this code; else what it gives or throws. */
export async function unlessRefused<Value>(
  promise: Promise<Value>,
  code: UploadError["code"],
  instead: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await promise;
  } catch (error) {
    if ((error as UploadError).code === code) return instead();
    throw error;
  }
}
