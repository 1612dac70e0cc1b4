import { expect, test } from "@jest/globals";
import type { Catalog, SessionStore, UploadSession } from "@stowage/core";
import { memoryStore } from "@stowage/core/memory";
import fc from "fast-check";
import { sqliteStore } from "../src/index.js";
import * as sample from "./sample.js";

type Store = SessionStore & Catalog;

const { options } = sample;
const id = fc.constantFrom("s1", "s2", "s3");
const path = fc.constantFrom("/a", "/a/b", "/a/b/c", "/a_", "/a%", "/d", "/d/e");
const offset = fc.integer({ min: 0, max: 7 });
const writerId = fc.constantFrom("c1", "c2");
const claimId = fc.constantFrom("c1", "c2", "all-c1");

/** Runs one verb and tells what came of it, so that two stores can be compared. Unknown to both: ids of folders that they make. */
type Step = (store: Store) => Promise<unknown>;

const draft = fc.record({
  path,
  onConflict: fc.constantFrom("replace" as const, "refuse" as const),
  replaces: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: id }),
});
const session = fc.record({
  id,
  size: fc.option(fc.integer({ min: 0, max: 12 })),
  entry: fc.option(draft),
  completion: fc.constantFrom("explicit" as const, "when-full" as const),
});
const quota = fc.constantFrom(20, 1_000_000);

const insert = fc.tuple(session, quota).map(([{ entry, ...wish }, most]): Step => {
  const { replaces, ...place } = entry ?? {};
  const kept = replaces === undefined ? place : { ...place, replaces };
  const made = sample.openSession({ ...wish, ...(entry === null ? {} : { entry: { ...kept, path: entry.path } }) });
  return (store) => store.insert(made, most, options);
});

/** Moves a session on from whatever it is; what cannot be is refused. */
const change = fc
  .tuple(id, fc.constantFrom("completing", "aborting", "aborted", "sized", "stale"), quota)
  .map(([which, to, most]): Step => async (store) => {
    const current = (await store.get(which, options))?.session;
    if (current === undefined) return store.replace(sample.openSession({ id: which }), most, options);
    const handle = "handle" in current ? current.handle : null;
    const {
      state: _,
      handle: __,
      object: ___,
      cause: ____,
      ...core
    } = { handle, object: null, cause: null, ...current };
    const next = { ...core, revision: core.revision + (to === "stale" ? 2 : 1), expiresAt: 1_500 };
    const cause = { reason: "client" } as const;
    const states: Record<typeof to, UploadSession> = {
      completing: { ...next, state: "completing", handle },
      aborting: { ...next, state: "aborting", handle, cause },
      aborted: { ...next, state: "aborted", cause },
      sized: { ...next, target: { ...next.target, size: 9 }, state: "open", handle },
      stale: { ...next, state: "open", handle },
    };
    return store.replace(states[to], most, options);
  });
const publish = fc
  .tuple(id, fc.boolean(), fc.boolean(), fc.uuid())
  .map(([which, isShown, isReady, fresh]): Step => async (store) => {
    const found = (await store.get(which, options))?.session ?? sample.openSession({ id: which });
    const current =
      found.state === "open" && isReady
        ? ({ ...found, state: "completing", revision: found.revision + 1 } as const)
        : found;
    if (current !== found) await store.replace(current, 1_000_000, options);
    const entry = isShown && current.entry !== null ? { ...sample.fileEntry(current, 5), id: fresh } : null;
    return store.publish(sample.completed(current, 5), entry, options);
  });
const claim = fc
  .tuple(id, writerId, offset, offset, fc.boolean(), fc.subarray(["c1", "c2", "all-c1"], { maxLength: 1 }))
  .map(([which, name, a, b, isWrite, evict]): Step => async (store) => {
    const range = [Math.min(a, b), Math.max(a, b) + 1] as const;
    const wished = isWrite ? sample.writeClaim(name, ...range) : sample.completeClaim(`all-${name}`);
    const claimed = await store.claim(which, wished, evict, options);
    return claimed.kind === "held"
      ? { ...claimed, by: byId(claimed.by) }
      : { ...claimed, snapshot: sorted(claimed.snapshot) };
  });
/** Settles (a part of) what the claim covers. */
const settle = fc
  .tuple(id, claimId, fc.integer({ min: 0, max: 4 }), fc.boolean(), fc.boolean())
  .map(([which, name, cut, keepClaim, isEmpty]): Step => async (store) => {
    const held = (await store.get(which, options))?.claims.find((each) => each.id === name);
    const { start, end } = held?.range ?? { start: 0, end: 3 };
    const receipt = isEmpty ? null : sample.receipt(start, Math.max(1, end - start - cut));
    return store.settle(which, name, receipt, sample.next({ keepClaim: keepClaim && !isEmpty }), options);
  });
const idAt = async (store: Store, at: string): Promise<string> => (await store.find("ada", at, options))?.id ?? "none";
const deleteSession = id.map(
  (which): Step =>
    (store) =>
      store.delete(which, options),
);
const makeFolder = fc.tuple(path, fc.uuid()).map(
  ([at, fresh]): Step =>
    (store) =>
      store.makeFolder({ ...sample.folderEntry(at), id: fresh }, options),
);
const rename = fc.tuple(path, path).map(
  ([from, to]): Step =>
    async (store) =>
      unnamed(await store.rename(await idAt(store, from), to, options)),
);
const remove = path.map(
  (at): Step =>
    async (store) =>
      store.remove(await idAt(store, at), options),
);
const collect: Step = async (store) => {
  const [first] = await store.garbage(1, options);
  if (first !== undefined) await store.collected(first, options);
  return first;
};
const step = fc.oneof(
  { weight: 3, arbitrary: insert },
  { weight: 5, arbitrary: claim },
  { weight: 5, arbitrary: settle },
  { weight: 1, arbitrary: change },
  { weight: 2, arbitrary: publish },
  { weight: 1, arbitrary: fc.oneof(deleteSession, makeFolder, remove, fc.constant(collect)) },
  { weight: 1, arbitrary: rename },
);

function byId<T extends { readonly id: string }>(all: readonly T[]): readonly T[] {
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function sorted<T extends { readonly claims: readonly { readonly id: string }[] }>(snapshot: T): T {
  return { ...snapshot, claims: byId(snapshot.claims) };
}

function unnamed(entry: { readonly object: unknown; readonly id: string }): unknown {
  return entry.object === null ? { ...entry, id: "", version: "" } : entry;
}

async function outcome(store: Store, run: Step): Promise<unknown> {
  try {
    return { value: await run(store) };
  } catch (error) {
    const { code, details } = error as { readonly code?: string; readonly details?: unknown };
    if (code === undefined) throw error;
    // Where several stored extents are in the way, either may be named.
    return code === "RANGE_OVERLAP" ? { code } : { code, details };
  }
}

/** All that the contract shows. */
async function everything(store: Store): Promise<unknown> {
  const sessions = (await store.listSessions({ limit: 100 }, options)).map(sorted);
  const receipts = await Promise.all(sessions.map((each) => store.receipts(each.session.id, options)));
  const due = (await store.listDue(1_700, 100, options)).map(({ session: { id: due_ } }) => due_).sort();
  const folders = ["/", "/a", "/a/b", "/d", "/a_", "/a%"];
  const entries = await Promise.all(folders.map((folder) => store.list("ada", folder, null, 100, options)));
  const garbage = (await store.garbage(100, options)).map(({ key }) => key).sort();
  const usage = await store.usage("ada", options);
  return { sessions, receipts, due, entries: entries.flat().map(unnamed), garbage, usage };
}

test("does what the store in memory does", async () => {
  const place = await sample.temporary();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: "max" }), async (steps) => {
      const memory = memoryStore();
      const open: readonly Step[] = ["s1", "s2"].map((each) => {
        const made = sample.openSession({ id: each, size: 8, completion: "when-full", entry: { path: `/d/${each}` } });
        return (store) => store.insert(made, 1_000_000, options);
      });
      const store = await sqliteStore({ path: `${place.file}.${run++}`, durability: "process" });
      try {
        for (const each of [...open, ...steps]) expect(await outcome(store, each)).toEqual(await outcome(memory, each));
        expect(await everything(store)).toEqual(await everything(memory));
      } finally {
        await store.close();
      }
    }),
    { numRuns: 100 },
  );
  await place.remove();
}, 60_000);
