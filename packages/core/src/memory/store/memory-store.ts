import type { Catalog } from "../../catalog-entry.js";
import type { SessionStore } from "../../store.js";
import { catalogVerbs } from "./catalog.js";
import { memoryData, type MemoryData } from "./memory-data.js";
import { sessionVerbs } from "./sessions.js";

/** Sessions and the catalog together, so that both move in one step. */
export type MemoryStore = SessionStore & Catalog;

/** All of it has a default: a store of its own. */
export interface MemoryStoreOptions {
  /** Shared by several stores, as a database is by several processes; it outlives `close`. */
  readonly data?: MemoryData;
  /** Ids of the ancestor folders that are made. */
  readonly newId?: () => string;
}

/**
 * The reference store: the contract of `SessionStore` and `Catalog`, in memory, for tests and for what may be lost
 * when the process ends. Verbs are atomic by running within one turn of the loop.
 *
 * @example
 * const engine = createEngine({ store: memoryStore(), policies: [{ id: "memory", driver: memoryDriver({}) }] });
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { data = memoryData(), newId = () => crypto.randomUUID() } = options;
  return { ...sessionVerbs(data, newId), ...catalogVerbs(data, newId) };
}
