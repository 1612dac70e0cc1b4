import type {
  CallOptions,
  CatalogEntry,
  Claimed,
  EntryDraft,
  Settled,
  SettleOptions,
  UploadSession,
  WriteClaim,
} from "@stowage/core";
import type { ObservedRuntime } from "../kit/observed-runtime.js";
import { within } from "../kit/within.js";
import type { Store, StoreFixture } from "./store-fixture.js";
import { draftOf, entryFor, receiptFor, sessionFor, type Shape, start } from "./samples.js";

/** What a store's case works with: the store, and short words for what an engine does with it. */
export interface StoreLab {
  readonly fixture: StoreFixture;
  readonly store: Store;
  /** Not aborted by anybody. */
  readonly options: CallOptions;
  readonly owner: string;
  /** The first instance, or another process' where there is one: for races. */
  readonly anyStore: (turn: number) => Promise<Store>;
  readonly soon: <Value>(promise: Promise<Value>, fact: string) => Promise<Value>;
  /** A session of this lab's owner that is in no store yet. */
  session(shape?: Shape): UploadSession;
  /** An open one that is. */
  insert(shape?: Shape): Promise<UploadSession>;
  current(id: string): Promise<UploadSession>;
  claim(id: string, from: number, to: number, changes?: Partial<WriteClaim> & Evict): Promise<Claimed>;
  /** The id of a claim that must be granted. */
  granted(id: string, from: number, to: number, changes?: Partial<WriteClaim> & Evict): Promise<string>;
  settle(id: string, claimId: string, from: number, to: number, changes?: Partial<SettleOptions>): Promise<Settled>;
  letGo(id: string, claimId: string): Promise<Settled>;
  /** Claims and settles an extent. */
  receive(id: string, from: number, to: number): Promise<Settled>;
  /** A `when-full` session with all its bytes. */
  completing(shape?: Shape): Promise<UploadSession>;
  /** Publishes a completing session as an entry at its path. */
  publish(session: UploadSession, changes?: Partial<CatalogEntry>): Promise<void>;
  /** A file at a path, by way of a session. */
  file(path: string, shape?: Shape): Promise<CatalogEntry>;
  folder(path: string): Promise<CatalogEntry>;
  /** From an unfinished state to `aborted`. */
  abort(session: UploadSession): Promise<void>;
  usage(): Promise<readonly [reserved: number, stored: number]>;
}

interface Evict {
  readonly evict?: readonly string[];
}

/** More than anybody comes to. */
export const noQuota = Number.MAX_SAFE_INTEGER;
const leaseMs = 60_000;

type Base = Pick<StoreLab, "store" | "owner" | "options">;
type Claims = Pick<StoreLab, "claim" | "granted" | "settle" | "letGo" | "receive">;

/** Makes the lab of one case. */
export function storeLab(fixture: StoreFixture, _: ObservedRuntime, patienceMs: number): StoreLab {
  const options: CallOptions = { signal: new AbortController().signal };
  const base = { store: fixture.store, owner: `owner-${crypto.randomUUID()}`, options };
  let other: Store | undefined;
  const claims = claimWords(base);
  return {
    ...base,
    ...claims,
    ...catalogWords(base, claims),
    fixture,
    anyStore: async (turn) => {
      if (turn % 2 === 0) return fixture.store;
      other ??= (await fixture.newInstance?.()) ?? fixture.store;
      return other;
    },
    soon: (promise, fact) => within(patienceMs, promise, fact),
  };
}

function claimWords({ store, options }: Base): Claims {
  const words: Claims = {
    claim: (id, from, to, { evict = [], ...changes } = {}) => {
      const claim = { id: crypto.randomUUID(), purpose: "write", wanted: false, until: start + leaseMs } as const;
      return store.claim(id, { ...claim, range: { start: from, end: to }, ...changes }, evict, options);
    },
    granted: async (id, from, to, changes = {}) => {
      const claimId = changes.id ?? crypto.randomUUID();
      const claimed = await words.claim(id, from, to, { ...changes, id: claimId });
      if (claimed.kind !== "granted") throw new Error(`claim of [${from}, ${to}): ${claimed.kind}, expected granted`);
      return claimId;
    },
    settle: (id, claimId, from, to, changes) =>
      store.settle(id, claimId, receiptFor(from, to), { ...settling, ...changes }, options),
    letGo: (id, claimId) => store.settle(id, claimId, null, settling, options),
    receive: async (id, from, to) => words.settle(id, await words.granted(id, from, to), from, to),
  };
  return words;
}

const settling: SettleOptions = { keepClaim: false, expiresAt: start, completionDueAt: start };

type CatalogWords = Omit<StoreLab, keyof Base | keyof Claims | "fixture" | "anyStore" | "soon">;

function catalogWords({ store, owner, options }: Base, claims: Claims): CatalogWords {
  const words: CatalogWords = {
    session: (shape) => sessionFor(owner, shape),
    insert: async (shape) => {
      const session = sessionFor(owner, shape);
      await store.insert(session, noQuota, options);
      return session;
    },
    current: async (id) => {
      const snapshot = await store.get(id, options);
      if (snapshot === null) throw new Error(`session ${id} is not there`);
      return snapshot.session;
    },
    completing: async (shape) => {
      const { id, target } = await words.insert({ ...shape, completion: "when-full" });
      await claims.receive(id, 0, target.size ?? 0);
      return words.current(id);
    },
    publish: (session, changes) => {
      const entry = session.entry === null ? null : { ...entryFor(session), ...changes };
      return store.publish(asCompleted(session), entry, options);
    },
    file: async (path, { entry, ...shape } = {}) => {
      const draft: EntryDraft = { ...draftOf(path), ...(typeof entry === "object" ? entry : {}) };
      await words.publish(await words.completing({ ...shape, entry: draft }));
      const found = await store.find(owner, path, options);
      if (found === null) throw new Error(`nothing is at ${path} after publish`);
      return found;
    },
    folder: async (path) => {
      const id = crypto.randomUUID();
      const times = { createdAt: start, modifiedAt: start };
      const made = { id, version: id, owner, path, object: null, contentType: "", metadata: {}, ...times };
      await store.makeFolder(made, options);
      return made;
    },
    abort: async (session) => {
      const { revision } = await words.current(session.id);
      await store.replace(asAborted(session, revision + 1), noQuota, options);
    },
    usage: async () => {
      const { reserved, stored } = await store.usage(owner, options);
      return [reserved, stored];
    },
  };
  return words;
}

/** The next revision, complete, with its object. */
export function asCompleted(session: UploadSession): UploadSession {
  const { target, revision } = session;
  const object = { key: target.key, size: target.size ?? 0 };
  return { ...coreOf(session), revision: revision + 1, state: "completed", object };
}

/** Given up at this revision. */
export function asAborted(session: UploadSession, revision: number): UploadSession {
  return { ...coreOf(session), revision, state: "aborted", cause: { reason: "client" } };
}

/** What all states have. */
export function coreOf(session: UploadSession): Omit<UploadSession, "state" | "handle" | "object" | "cause"> {
  const core: Partial<Record<string, unknown>> = { ...session };
  for (const name of ["state", "handle", "object", "cause"]) delete core[name];
  return core as unknown as ReturnType<typeof coreOf>;
}
