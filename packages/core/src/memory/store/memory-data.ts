import type { Receipt } from "../../driver.js";
import type { ObjectRef } from "../../object-ref.js";
import type { UploadSession } from "../../session.js";
import type { WriteClaim } from "../../store.js";
import { changes, type Changes } from "./changes.js";
import { entries, type Entries } from "./entries.js";
import { ledger, type Ledger } from "./ledger.js";

/** One session with all that goes with it. */
export interface SessionRecord {
  session: UploadSession;
  /** Bytes that receipts cover. */
  received: number;
  /** Bytes of quota that it holds. */
  reserved: number;
  readonly claims: Map<string, WriteClaim>;
  /** In offset order, disjoint. */
  readonly receipts: Receipt[];
}

/** What a memory store keeps: the "database" that several stores may share. Opaque to everyone but `memoryStore`. */
export interface MemoryData {
  readonly sessions: Map<string, SessionRecord>;
  readonly entries: Entries;
  readonly ledger: Ledger;
  /** By policy and key, oldest first. */
  readonly garbage: Map<string, ObjectRef>;
  readonly changes: Changes;
}

/** A new, empty database. Stores made over the same data see each other's changes at once, as processes of one database do. */
export function memoryData(): MemoryData {
  return { sessions: new Map(), entries: entries(), ledger: ledger(), garbage: new Map(), changes: changes() };
}

/** Puts an object on the garbage list; one that is there already stays where it is. */
export function discard({ garbage }: MemoryData, { policyId, key }: ObjectRef): void {
  const id = garbageId({ policyId, key });
  if (!garbage.has(id)) garbage.set(id, { policyId, key });
}

/** A name that no other pair of policy and key has. */
export function garbageId({ policyId, key }: ObjectRef): string {
  return JSON.stringify([policyId, key]);
}
