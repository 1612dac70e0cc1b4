import { breathe } from "../../src/kit/within.js";
import { allOf, alteredStore, type StoreSetup } from "./altered-store.js";
import type { Mutant } from "./mutant.js";

/** Stores that are wrong about how an upload becomes a file. */
export const publishMutants: Readonly<Record<string, Mutant<StoreSetup>>> = {
  "publishes whatever the revision": {
    caughtBy: ["publish/revision-conflict"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const record = data.sessions.get(next.id);
        if (record === undefined) return store.publish(next, entry, options);
        const revision = record.session.revision + 1;
        const isCompleting = record.session.state === "completing";
        return store.publish(isCompleting ? { ...next, revision } : next, entry, options);
      },
    })),
  },
  "shows the entry before it looks at the session": {
    caughtBy: ["publish/revision-conflict", "publish/object-exists", "publish/version-conflict"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const isNew = entry !== null && data.entries.at(entry.owner, entry.path) === undefined;
        try {
          await store.publish(next, entry, options);
        } catch (error) {
          if (isNew && entry !== null) data.entries.put(entry);
          throw error;
        }
      },
    })),
  },
  "completes the session before it looks at the place": {
    caughtBy: ["publish/object-exists", "publish/version-conflict"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const record = data.sessions.get(next.id);
        const isNext = record?.session.revision === next.revision - 1 && record.session.state === "completing";
        try {
          await store.publish(next, entry, options);
        } catch (error) {
          if (isNext && record !== undefined) record.session = next;
          throw error;
        }
      },
    })),
  },
  "publishes without ancestors": {
    caughtBy: [
      "publish/ancestors",
      "catalog/list",
      "catalog/rename-folder",
      "catalog/signs-in-names",
      "catalog/remove",
    ],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const before = new Set(allOf(data, next.owner).map(({ id }) => id));
        await store.publish(next, entry, options);
        for (const { id, object } of allOf(data, next.owner))
          if (object === null && !before.has(id)) data.entries.take(id);
      },
    })),
  },
  "gives a replaced entry a new id": {
    caughtBy: ["publish/replaces"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        await store.publish(next, entry, options);
        const shown = entry === null ? undefined : data.entries.at(entry.owner, entry.path);
        if (entry === null || shown === undefined || shown.id === entry.id) return;
        data.entries.take(shown.id);
        data.entries.put({ ...shown, id: entry.id });
      },
    })),
  },
  "makes a replaced entry young": {
    caughtBy: ["publish/replaces"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        await store.publish(next, entry, options);
        const shown = entry === null ? undefined : data.entries.at(entry.owner, entry.path);
        if (entry !== null && shown !== undefined) data.entries.put({ ...shown, createdAt: entry.createdAt });
      },
    })),
  },
  "forgets the object of a replaced entry": {
    caughtBy: ["publish/replaces", "publish/race", "garbage/oldest-first"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        await store.publish(next, entry, options);
        data.garbage.clear();
      },
    })),
  },
  "counts the bytes of a replaced entry on": {
    caughtBy: ["publish/replaces", "publish/race", "catalog/usage-through-all-ends"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const old = entry === null ? undefined : data.entries.at(entry.owner, entry.path);
        await store.publish(next, entry, options);
        data.ledger.move(next.owner, 0, old?.object?.size ?? 0);
      },
    })),
  },
  "reserves and stores the same bytes": {
    caughtBy: ["publish/visible"],
    isBroad: true,
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const record = data.sessions.get(next.id);
        const reserved = record?.reserved ?? 0;
        await store.publish(next, entry, options);
        if (entry === null || record === undefined) return;
        record.reserved = reserved;
        data.ledger.move(next.owner, reserved, 0);
      },
    })),
  },
  "gives back what an object without an entry takes": {
    caughtBy: ["publish/without-entry"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        await store.publish(next, entry, options);
        const record = data.sessions.get(next.id);
        if (entry !== null || record === undefined) return;
        data.ledger.move(next.owner, -record.reserved, 0);
        record.reserved = 0;
      },
    })),
  },
  "overwrites what somebody refuses to overwrite": {
    caughtBy: ["publish/object-exists", "publish/race-of-refusing"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const draft = next.entry === null ? null : ({ ...next.entry, onConflict: "replace" } as const);
        await store.publish({ ...next, entry: draft }, entry, options);
        const record = data.sessions.get(next.id);
        if (record !== undefined) record.session = next;
      },
    })),
  },
  "overwrites whatever the version": {
    caughtBy: ["publish/version-conflict"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const { replaces, ...rest } = next.entry ?? { path: "", onConflict: "replace" as const, modifiedAt: 0 };
        await store.publish(replaces === undefined ? next : { ...next, entry: rest }, entry, options);
        const record = data.sessions.get(next.id);
        if (record !== undefined) record.session = next;
      },
    })),
  },
  "looks at the place first and publishes later": {
    caughtBy: ["publish/race"],
    setup: alteredStore(({ store, data }) => ({
      publish: async (next, entry, options) => {
        const old = entry === null ? undefined : data.entries.at(entry.owner, entry.path);
        await breathe(0);
        const isStale = entry !== null && data.entries.at(entry.owner, entry.path) !== old;
        const garbage = [...data.garbage.keys()];
        await store.publish(next, entry, options);
        if (isStale) for (const key of data.garbage.keys()) if (!garbage.includes(key)) data.garbage.delete(key);
      },
    })),
  },
};
