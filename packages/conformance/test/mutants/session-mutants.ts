import { UploadError } from "@stowage/core";
import { breathe } from "../../src/kit/within.js";
import { alteredStore, insertAnyway, type StoreSetup, unlessRefused } from "./altered-store.js";
import type { Mutant } from "./mutant.js";

/** Stores that are wrong about sessions as a whole. */
export const sessionMutants: Readonly<Record<string, Mutant<StoreSetup>>> = {
  "puts one session over another": {
    caughtBy: ["insert/id-taken", "insert/order-of-refusals"],
    setup: alteredStore(({ store }) => ({
      insert: async (session, quota, options) => {
        await store.delete(session.id, options);
        await store.insert(session, quota, options);
      },
    })),
  },
  "lets a file take the place of a folder or lie under a file": {
    caughtBy: ["insert/path-is-folder", "insert/ancestor-is-file", "insert/order-of-refusals"],
    setup: alteredStore(({ store, data }) => ({
      insert: (session, quota, options) =>
        unlessRefused(store.insert(session, quota, options), "OBJECT_EXISTS", () => {
          const taken =
            session.entry?.onConflict === "refuse" && data.entries.at(session.owner, session.entry.path)?.object;
          if (taken) throw new UploadError("OBJECT_EXISTS", "taken", { path: session.entry?.path ?? "" });
          insertAnyway(data, session);
        }),
    })),
  },
  "does not look at the version that is to be replaced": {
    caughtBy: ["insert/replaces", "insert/order-of-refusals"],
    setup: alteredStore(({ store, data }) => ({
      insert: (session, quota, options) =>
        unlessRefused(store.insert(session, quota, options), "VERSION_CONFLICT", () => insertAnyway(data, session)),
    })),
  },
  "lets two sessions aim at one path": {
    caughtBy: ["insert/path-busy", "insert/order-of-refusals", "insert/path-race"],
    setup: alteredStore(({ store, data }) => ({
      insert: (session, quota, options) =>
        unlessRefused(store.insert(session, quota, options), "PATH_BUSY", () => insertAnyway(data, session)),
    })),
  },
  "holds the path of what is being aborted": {
    caughtBy: ["insert/path-given-up"],
    setup: alteredStore(({ store, data }) => ({
      insert: (session, quota, options) => {
        const others = [...data.sessions.values()].map((record) => record.session);
        const aiming = others.find(({ state, entry }) => state === "aborting" && entry?.path === session.entry?.path);
        if (aiming === undefined) return store.insert(session, quota, options);
        const details = { path: session.entry?.path ?? "", sessionId: aiming.id };
        return Promise.reject(new UploadError("PATH_BUSY", "an upload aims at the path", details));
      },
    })),
  },
  "refuses to replace, too": {
    caughtBy: ["insert/path-taken"],
    isBroad: true,
    setup: alteredStore(({ store }) => ({
      insert: (session, quota, options) =>
        store.insert(
          session.entry === null ? session : { ...session, entry: { ...session.entry, onConflict: "refuse" } },
          quota,
          options,
        ),
    })),
  },
  "gives a byte more than the quota": {
    caughtBy: ["insert/quota", "insert/order-of-refusals", "replace/late-size"],
    setup: alteredStore(({ store }) => ({
      insert: (session, quota, options) => store.insert(session, quota + 1, options),
      replace: (next, quota, options) => store.replace(next, quota + 1, options),
    })),
  },
  "counts stored bytes for nothing in the quota": {
    caughtBy: ["insert/quota", "insert/order-of-refusals"],
    setup: alteredStore(({ store, data }) => ({
      insert: (session, quota, options) => store.insert(session, quota + data.ledger.of(session.owner).stored, options),
    })),
  },
  "looks at the quota first": {
    caughtBy: ["insert/order-of-refusals"],
    setup: alteredStore(({ store, data }) => ({
      insert: async (session, quota, options) => {
        data.ledger.check(session.owner, session.target.size ?? 0, quota);
        await store.insert(session, quota, options);
      },
    })),
  },
  "looks first and inserts later": {
    caughtBy: ["insert/path-race", "insert/quota-race", "insert/id-race"],
    setup: alteredStore(({ store, data }) => ({
      insert: async (session, quota, options) => {
        const isNew = !data.sessions.has(session.id);
        const looked = store.insert(session, quota, options);
        if (isNew && data.sessions.delete(session.id)) data.ledger.move(session.owner, -(session.target.size ?? 0), 0);
        await looked;
        await breathe(1);
        insertAnyway(data, session);
      },
    })),
  },
  "reserves before it refuses": {
    caughtBy: ["insert/quota"],
    isBroad: true,
    setup: alteredStore(({ store, data }) => ({
      insert: async (session, quota, options) => {
        try {
          await store.insert(session, quota, options);
        } catch (error) {
          data.ledger.move(session.owner, 1, 0);
          throw error;
        }
      },
    })),
  },
  "forgets what the front-end noted": {
    caughtBy: [
      "insert/as-given",
      "replace/next-revision",
      "replace/late-size",
      "settle/fills",
      "durability/goes-on-elsewhere",
    ],
    setup: alteredStore(({ store }) => ({
      insert: (session, quota, options) => store.insert({ ...session, wire: null }, quota, options),
    })),
  },
  "replaces whatever the revision": {
    caughtBy: ["replace/next-revision"],
    setup: alteredStore(({ store, data }) => ({
      replace: (next, quota, options) => {
        const revision = (data.sessions.get(next.id)?.session.revision ?? 0) + 1;
        return store.replace({ ...next, revision }, quota, options);
      },
    })),
  },
  "compares first and swaps later": {
    caughtBy: ["replace/50-writers", "replace/expiry-never-earlier"],
    setup: alteredStore(({ store, data }) => ({
      replace: async (next, quota, options) => {
        const record = data.sessions.get(next.id);
        const before = record?.session;
        await store.replace(next, quota, options);
        if (record === undefined || before === undefined || before.state !== next.state) return;
        record.session = before;
        await breathe(0);
        record.session = next;
      },
    })),
  },
  "makes a session that is replaced and not there": {
    caughtBy: ["replace/not-found"],
    setup: alteredStore(({ store, data }) => ({
      replace: (next, quota, options) =>
        unlessRefused(store.replace(next, quota, options), "SESSION_NOT_FOUND", () => insertAnyway(data, next)),
    })),
  },
  "asks no writer to let go": {
    caughtBy: ["replace/wants-writers"],
    setup: alteredStore(({ store, data }) => ({
      replace: async (next, quota, options) => {
        const claims = data.sessions.get(next.id)?.claims;
        const before = [...(claims?.values() ?? [])];
        await store.replace(next, quota, options);
        for (const claim of before) claims?.set(claim.id, claim);
      },
    })),
  },
  "asks writers to let go at any change": {
    caughtBy: ["replace/wants-writers"],
    setup: alteredStore(({ store, data }) => ({
      replace: async (next, quota, options) => {
        await store.replace(next, quota, options);
        const claims = data.sessions.get(next.id)?.claims;
        for (const claim of claims?.values() ?? []) claims?.set(claim.id, { ...claim, wanted: true });
      },
    })),
  },
  "keeps what an aborted session reserved": {
    caughtBy: ["replace/aborted-gives-back"],
    setup: alteredStore(({ store, data }) => ({
      replace: async (next, quota, options) => {
        const record = data.sessions.get(next.id);
        const reserved = record?.reserved ?? 0;
        await store.replace(next, quota, options);
        if (record === undefined || next.state !== "aborted") return;
        record.reserved = reserved;
        data.ledger.move(next.owner, reserved, 0);
      },
    })),
  },
  "gives back while it is aborting": {
    caughtBy: ["replace/aborted-gives-back"],
    setup: alteredStore(({ store, data }) => ({
      replace: async (next, quota, options) => {
        await store.replace(next, quota, options);
        const record = data.sessions.get(next.id);
        if (record === undefined || next.state !== "aborting") return;
        data.ledger.move(next.owner, -record.reserved, 0);
        record.reserved = 0;
      },
    })),
  },
  "does not reserve a size that is declared late": {
    caughtBy: ["replace/late-size"],
    setup: alteredStore(({ store, data }) => ({
      replace: async (next, quota, options) => {
        const record = data.sessions.get(next.id);
        const reserved = record?.reserved ?? 0;
        await store.replace(next, quota, options);
        if (record === undefined || record.reserved <= reserved) return;
        data.ledger.move(next.owner, reserved - record.reserved, 0);
        record.reserved = reserved;
      },
    })),
  },
  "takes an expiry back": {
    caughtBy: ["replace/expiry-never-earlier"],
    setup: alteredStore(({ store, data }) => ({
      replace: async (next, quota, options) => {
        await store.replace(next, quota, options);
        const record = data.sessions.get(next.id);
        if (record !== undefined) record.session = next;
      },
    })),
  },
  "lists what is due in no order": {
    caughtBy: ["due/order-and-limit"],
    setup: alteredStore(({ store }) => ({
      listDue: async (now, limit, options) => [...(await store.listDue(now, limit, options))].reverse(),
    })),
  },
  "limits what is due before it sorts": {
    caughtBy: ["due/order-and-limit"],
    setup: alteredStore(({ data, store }) => ({
      listDue: async (now, limit, options) => {
        const first = [...data.sessions.values()].filter(({ session }) => session.dueAt <= now).slice(0, limit);
        const ids = new Set(first.map(({ session }) => session.id));
        return (await store.listDue(now, data.sessions.size, options)).filter(({ session }) => ids.has(session.id));
      },
    })),
  },
  "finds nothing due at the very instant": {
    caughtBy: ["due/order-and-limit"],
    setup: alteredStore(({ store }) => ({ listDue: (now, limit, options) => store.listDue(now - 1, limit, options) })),
  },
  "finds no tombstone due": {
    caughtBy: ["due/any-state"],
    setup: alteredStore(({ store }) => ({
      listDue: async (now, limit, options) =>
        (await store.listDue(now, limit, options)).filter(
          ({ session }) => !["completed", "aborted"].includes(session.state),
        ),
    })),
  },
  "lists everybody's sessions to everybody": {
    caughtBy: ["sessions/filters"],
    setup: alteredStore(({ store }) => ({
      listSessions: ({ owner: _owner, ...filter }, options) => store.listSessions(filter, options),
    })),
  },
  "lists sessions of all states": {
    caughtBy: ["sessions/filters"],
    setup: alteredStore(({ store }) => ({
      listSessions: ({ state: _state, ...filter }, options) => store.listSessions(filter, options),
    })),
  },
  "tells the last session of a page again": {
    caughtBy: ["sessions/paging"],
    setup: alteredStore(({ store }) => ({
      listSessions: ({ after, ...filter }, options) =>
        store.listSessions(after === undefined ? filter : { ...filter, after: after.slice(0, -1) }, options),
    })),
  },
  "deletes once only": {
    caughtBy: ["delete/gives-back"],
    setup: alteredStore(({ store, data }) => ({
      delete: async (id, options) => {
        if (!data.sessions.has(id)) throw new UploadError("SESSION_NOT_FOUND", "gone", { id });
        await store.delete(id, options);
      },
    })),
  },
  "keeps what a deleted session reserved": {
    caughtBy: ["publish/without-entry", "delete/gives-back", "catalog/usage-through-all-ends"],
    setup: alteredStore(({ store, data }) => ({
      delete: async (id, options) => {
        const { session, reserved = 0 } = data.sessions.get(id) ?? {};
        await store.delete(id, options);
        data.ledger.move(session?.owner ?? "", reserved, 0);
      },
    })),
  },
  "keeps the receipts of a deleted session": {
    caughtBy: ["receipts/stay"],
    setup: alteredStore(({ store, data }) => {
      const kept = new Map<string, Awaited<ReturnType<typeof store.receipts>>>();
      return {
        delete: async (id, options) => {
          kept.set(id, await store.receipts(id, options));
          await store.delete(id, options);
        },
        receipts: async (id) => [...(kept.get(id) ?? []), ...(data.sessions.get(id)?.receipts ?? [])],
      };
    }),
  },
  "deletes the entry with its session": {
    caughtBy: ["delete/keeps-entry"],
    setup: alteredStore(({ store, data }) => ({
      delete: async (id, options) => {
        const session = data.sessions.get(id)?.session;
        const entry = session?.entry ? data.entries.at(session.owner, session.entry.path) : undefined;
        if (entry?.version === id) await store.remove(entry.id, options);
        await store.delete(id, options);
      },
    })),
  },
  "throws receipts away with the upload's end": {
    caughtBy: ["receipts/stay"],
    setup: alteredStore(({ store }) => ({
      receipts: async (id, options) => {
        const state = (await store.get(id, options))?.session.state;
        return state === "completed" || state === "aborted" ? [] : store.receipts(id, options);
      },
    })),
  },
};
