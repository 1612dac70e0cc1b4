import { UploadError } from "@stowage/core";
import { parentOf } from "@stowage/core/catalog";
import { memoryData, memoryStore } from "@stowage/core/memory";
import { allOf, alteredStore, type StoreSetup, unlessRefused } from "./altered-store.js";
import type { Mutant } from "./mutant.js";

/** As SQL's LIKE reads it. */
function like(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("%", ".*").replaceAll("_", ".")}/`, "u");
}

/** Stores that are wrong about what users see, own and throw away. */
export const catalogMutants: Readonly<Record<string, Mutant<StoreSetup>>> = {
  "has the newest garbage first": {
    caughtBy: ["garbage/oldest-first"],
    setup: alteredStore(({ data }) => ({
      garbage: async (limit) => [...data.garbage.values()].reverse().slice(0, limit),
    })),
  },
  "collects a key for all policies": {
    caughtBy: ["garbage/oldest-first"],
    setup: alteredStore(({ data }) => ({
      collected: async ({ key }) => {
        for (const [id, object] of data.garbage) if (object.key === key) data.garbage.delete(id);
      },
    })),
  },
  "collects once only": {
    caughtBy: ["garbage/oldest-first"],
    setup: alteredStore(({ store, data }) => ({
      collected: async (object, options) => {
        if (![...data.garbage.values()].some(({ key }) => key === object.key))
          throw new UploadError("OBJECT_NOT_FOUND", "not garbage", { key: object.key });
        await store.collected(object, options);
      },
    })),
  },
  "shows everybody everything": {
    caughtBy: ["catalog/owners-apart"],
    setup: alteredStore(({ store, data }) => {
      const owners = new Set<string>();
      return {
        publish: async (next, entry, options) => {
          owners.add(next.owner);
          await store.publish(next, entry, options);
        },
        find: async (owner, path) =>
          [owner, ...owners].map((each) => data.entries.at(each, path)).find((entry) => entry !== undefined) ?? null,
      };
    }),
  },
  "sorts names by the bytes of their UTF-8": {
    caughtBy: ["catalog/list", "catalog/paging"],
    setup: alteredStore(({ store }) => ({
      list: async (owner, folder, after, limit, options) => {
        const all = await store.list(owner, folder, null, 999, options);
        const bytesOf = (text: string): Buffer => Buffer.from(text.slice(text.lastIndexOf("/") + 1));
        return all
          .filter(({ path }) => after === null || Buffer.compare(bytesOf(path), Buffer.from(after)) > 0)
          .sort((a, b) => Buffer.compare(bytesOf(a.path), bytesOf(b.path)))
          .slice(0, limit);
      },
    })),
  },
  "lists what lies deeper": {
    caughtBy: ["catalog/list", "catalog/rename-folder", "catalog/signs-in-names"],
    setup: alteredStore(({ data }) => ({
      list: async (owner, folder, after, limit) =>
        allOf(data, owner)
          .filter(({ path }) => parentOf(path).startsWith(folder))
          .filter(({ path }) => after === null || path.slice(path.lastIndexOf("/") + 1) > after)
          .slice(0, limit),
    })),
  },
  "tells the last name of a page again": {
    caughtBy: ["catalog/paging"],
    setup: alteredStore(({ store, data }) => ({
      list: async (owner, folder, after, limit, options) => {
        const again = after === null ? undefined : data.entries.at(owner, `${folder === "/" ? "" : folder}/${after}`);
        const page = await store.list(owner, folder, after, limit, options);
        return again === undefined ? page : [again, ...page].slice(0, limit);
      },
    })),
  },
  "makes folders without ancestors": {
    caughtBy: ["catalog/make-folder"],
    setup: alteredStore(({ store, data }) => ({
      makeFolder: async (entry, options) => {
        const before = new Set(allOf(data, entry.owner).map(({ id }) => id));
        await store.makeFolder(entry, options);
        for (const { id } of allOf(data, entry.owner)) if (id !== entry.id && !before.has(id)) data.entries.take(id);
      },
    })),
  },
  "makes a folder that is there": {
    caughtBy: ["catalog/make-folder"],
    setup: alteredStore(({ store }) => ({
      makeFolder: (entry, options) => unlessRefused(store.makeFolder(entry, options), "OBJECT_EXISTS", () => {}),
    })),
  },
  "moves a folder and leaves what is in it": {
    caughtBy: ["catalog/rename-folder", "catalog/signs-in-names"],
    setup: alteredStore(({ store, data }) => ({
      rename: async (id, path, options) => {
        const entry = data.entries.byId(id);
        const inside = entry === undefined ? [] : data.entries.tree(entry).filter((each) => each.id !== id);
        const renamed = await store.rename(id, path, options);
        for (const each of inside) data.entries.put(each);
        return renamed;
      },
    })),
  },
  "moves what begins with the same letters along": {
    caughtBy: ["catalog/rename-folder"],
    setup: alteredStore(({ store, data }) => ({
      rename: async (id, path, options) => {
        const entry = data.entries.byId(id);
        const renamed = await store.rename(id, path, options);
        if (entry === undefined) return renamed;
        for (const each of allOf(data, entry.owner))
          if (each.path.startsWith(entry.path) && each.id !== id)
            data.entries.put({ ...each, path: path + each.path.slice(entry.path.length) });
        return renamed;
      },
    })),
  },
  "reads paths as patterns when a folder moves": {
    caughtBy: ["catalog/signs-in-names"],
    setup: alteredStore(({ store, data }) => ({
      rename: async (id, path, options) => {
        const entry = data.entries.byId(id);
        const renamed = await store.rename(id, path, options);
        if (entry === undefined) return renamed;
        const pattern = like(entry.path);
        for (const each of allOf(data, entry.owner))
          if (pattern.test(each.path)) data.entries.put({ ...each, path: path + each.path.slice(entry.path.length) });
        return renamed;
      },
    })),
  },
  "moves to where an upload aims": {
    caughtBy: ["catalog/rename-refused"],
    setup: alteredStore(({ store, data }) => ({
      rename: (id, path, options) =>
        unlessRefused(store.rename(id, path, options), "PATH_BUSY", () => {
          const entry = data.entries.byId(id);
          if (entry === undefined) throw new Error("gone");
          data.entries.put({ ...entry, path });
          return { ...entry, path };
        }),
    })),
  },
  "moves over what is there": {
    caughtBy: ["catalog/rename-refused"],
    setup: alteredStore(({ store, data }) => ({
      rename: async (id, path, options) => {
        const entry = data.entries.byId(id);
        const there = entry === undefined ? undefined : data.entries.at(entry.owner, path);
        if (there !== undefined && there.id !== id) await store.remove(there.id, options);
        return store.rename(id, path, options);
      },
    })),
  },
  "makes the parent that is missing": {
    caughtBy: ["catalog/rename-refused"],
    setup: alteredStore(({ store, data }) => ({
      rename: (id, path, options) =>
        unlessRefused(store.rename(id, path, options), "ENTRY_NOT_FOUND", async () => {
          const entry = data.entries.byId(id);
          if (entry?.object == null) throw new UploadError("ENTRY_NOT_FOUND", "no entry", { path });
          const folder = { ...entry, id: `folder of ${id}`, path: parentOf(path), object: null };
          await store.makeFolder(folder, options);
          return store.rename(id, path, options);
        }),
    })),
  },
  "removes a folder and leaves what is in it": {
    caughtBy: ["catalog/signs-in-names", "catalog/remove"],
    setup: alteredStore(({ store, data }) => ({
      remove: async (id, options) => {
        const entry = data.entries.byId(id);
        if (entry?.object === null) data.entries.take(id);
        else await store.remove(id, options);
      },
    })),
  },
  "reads paths as patterns when a folder goes": {
    caughtBy: ["catalog/signs-in-names"],
    setup: alteredStore(({ store, data }) => ({
      remove: async (id, options) => {
        const entry = data.entries.byId(id);
        const pattern = like(entry?.path ?? "/");
        await store.remove(id, options);
        for (const each of allOf(data, entry?.owner ?? ""))
          if (pattern.test(each.path)) await store.remove(each.id, options);
      },
    })),
  },
  "forgets the objects of what is removed": {
    caughtBy: ["garbage/oldest-first", "catalog/remove"],
    setup: alteredStore(({ store, data }) => ({
      remove: async (id, options) => {
        await store.remove(id, options);
        data.garbage.clear();
      },
    })),
  },
  "counts what is removed on": {
    caughtBy: ["catalog/signs-in-names", "catalog/remove", "catalog/usage-through-all-ends"],
    setup: alteredStore(({ store, data }) => ({
      remove: async (id, options) => {
        const entry = data.entries.byId(id);
        const before = data.ledger.of(entry?.owner ?? "");
        await store.remove(id, options);
        if (entry === undefined) return;
        data.ledger.move(entry.owner, 0, before.stored - data.ledger.of(entry.owner).stored);
      },
    })),
  },
  "removes once only": {
    caughtBy: ["catalog/remove"],
    setup: alteredStore(({ store, data }) => ({
      remove: async (id, options) => {
        if (data.entries.byId(id) === undefined) throw new UploadError("ENTRY_NOT_FOUND", "gone", { path: id });
        await store.remove(id, options);
      },
    })),
  },
  "keeps in its own memory what was acknowledged": {
    caughtBy: ["durability/goes-on-elsewhere"],
    isBroad: true,
    setup: () => ({
      store: memoryStore({ data: memoryData() }),
      newInstance: () => memoryStore({ data: memoryData() }),
    }),
  },
  "loses receipts when it is opened again": {
    caughtBy: ["settle/race-with-state-change", "durability/all-that-was-acknowledged"],
    setup: () => {
      const data = memoryData();
      const other = memoryStore({ data });
      return { store: memoryStore({ data }), newInstance: () => ({ ...other, receipts: async () => [] }) };
    },
  },
  "makes a moved entry new": {
    caughtBy: ["catalog/rename-file"],
    setup: alteredStore(({ store, data }) => ({
      rename: async (id, path, options) => {
        const moved = { ...(await store.rename(id, path, options)), modifiedAt: 1 };
        data.entries.put(moved);
        return moved;
      },
    })),
  },
};
