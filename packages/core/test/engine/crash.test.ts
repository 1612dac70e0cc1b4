import { describe, expect, test } from "@jest/globals";
import { systemClock, type Uploads } from "../../src/index.js";
import { type MemoryBackend, memoryBackend, memoryDriver, memoryStore } from "../../src/memory/index.js";
import { crashing } from "./crashing.js";
import { failure, KiB, pattern, planned, readAll, rig, type Rig, whole } from "./fixture.js";

const chunk = 4 * KiB;
const bytes = pattern(2 * chunk + 10);
const acked = new Map<string, Set<number>>();

/** What a client does: create, send each chunk until it is acknowledged, and remember what was. */
async function upload(uploads: Uploads, known: { id?: string }): Promise<void> {
  known.id ??= (await uploads.create({ ...planned(bytes.length), onConflict: "replace" })).id;
  const { id } = known;
  const done = acked.get(id) ?? new Set<number>();
  acked.set(id, done);
  for (const index of [1, 0, 2]) {
    if (done.has(index)) continue;
    await uploads.write(id, { index }, whole(bytes.subarray(index * chunk, (index + 1) * chunk)));
    done.add(index);
  }
}

/** Claims of the dead run out soon, so that the tests need not wait half a minute for each. */
const dying = { leaseMs: 40 };
const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const { signal } = new AbortController();

describe.each([true, false])(
  "a process that dies around any store or driver call (passiveBegin %p)",
  (passiveBegin) => {
    async function calls(): Promise<number> {
      const run = crashing(memoryStore(), memoryDriver({ passiveBegin }), 0, "before");
      await upload(rig({ store: run.store, driver: run.driver, timing: dying }).uploads, {});
      return run.calls();
    }

    test.each(["before", "after"] as const)(
      "%s it takes effect: nothing acknowledged is lost, and the upload goes on",
      async (when) => {
        const total = await calls();
        expect(total).toBeGreaterThan(12);
        for (let at = 1; at <= total; at++) {
          const backend = memoryBackend();
          const [store, driver] = [memoryStore(), memoryDriver({ passiveBegin, backend })];
          const run = crashing(store, driver, at, when);
          const known: { id?: string } = {};
          await Promise.race([
            run.died,
            upload(rig({ store: run.store, driver: run.driver, timing: dying }).uploads, known),
          ]);
          const next = rig({ store, driver });
          await checkKept(next, known);
          await upload(next.uploads, known);
          await checkWhole(next, known.id ?? "");
          await checkNothingLeft(aWeekLater({ store, driver }), backend);
        }
      },
    );

    test.each(["before", "after"] as const)(
      "%s it takes effect: a client that never comes back leaves nothing",
      async (when) => {
        const total = await calls();
        for (let at = 1; at <= total; at++) {
          const backend = memoryBackend();
          const [store, driver] = [memoryStore(), memoryDriver({ passiveBegin, backend })];
          const run = crashing(store, driver, at, when);
          await Promise.race([
            run.died,
            upload(rig({ store: run.store, driver: run.driver, timing: dying }).uploads, {}),
          ]);
          const next = aWeekLater({ store, driver });
          await next.engine.sweep();
          const entry = await next.uploads.find({ path: "/a.bin" });
          if (entry !== null)
            expect(await readAll(await next.uploads.read({ entryId: entry.id }, null))).toEqual(Buffer.from(bytes));
          await checkNothingLeft(next, backend);
        }
      },
    );

    test("while it aborts: the abort is finished by the sweep", async () => {
      for (let at = 1; at <= 12; at++) {
        const backend = memoryBackend();
        const [store, driver] = [memoryStore(), memoryDriver({ passiveBegin, backend })];
        const { id } = await rig({ store, driver }).uploads.create(planned(bytes.length));
        await rig({ store, driver }).uploads.write(id, { index: 0 }, whole(bytes.subarray(0, chunk)));
        const run = crashing(store, driver, at, at % 2 === 0 ? "before" : "after");
        await Promise.race([run.died, rig({ store: run.store, driver: run.driver, timing: dying }).uploads.abort(id)]);
        const next = rig({ store, driver, timing: { leaseMs: 1 } });
        await next.uploads.abort(id);
        await soon(60);
        await next.engine.sweep();
        expect((await next.uploads.status(id)).session.state).toBe("aborted");
        expect([...backend.uploads.values(), ...backend.objects.keys()]).toEqual([]);
        expect(await next.uploads.usage()).toMatchObject({ reserved: 0, stored: 0 });
      }
    });
  },
);

/** I1 and I2: what was acknowledged is there. */
async function checkKept({ uploads }: Rig, { id }: { id?: string }): Promise<void> {
  if (id === undefined) return;
  const { missing } = await uploads.status(id);
  for (const index of acked.get(id) ?? [])
    expect(missing.some(({ start, end }) => start < (index + 1) * chunk && end > index * chunk)).toBe(false);
}

/** I3 and I4: the object is whole, and it is the one that the catalog names. */
async function checkWhole({ uploads }: Rig, id: string): Promise<void> {
  const entry = await uploads.find({ path: "/a.bin" });
  expect(entry?.version).toBe(id);
  expect(await readAll(await uploads.read({ entryId: entry?.id ?? "" }, null))).toEqual(Buffer.from(bytes));
  expect((await uploads.complete(id)).size).toBe(bytes.length);
}

/** An engine over what the dead left, when every upload is past its time. */
function aWeekLater(given: Pick<Rig, "store" | "driver">): Rig {
  const week = 8 * 24 * 3600 * 1000;
  return rig({ ...given, runtime: { clock: { ...systemClock, now: () => systemClock.now() + week } } });
}

/** I7: nothing is under way, no quota is held by what is finished, and what is there is what the catalog names. */
async function checkNothingLeft({ uploads, engine, store }: Rig, backend: MemoryBackend): Promise<void> {
  await engine.sweep();
  const sessions = await store.listSessions({ limit: 100 }, { signal });
  expect(sessions.map(({ session }) => session.state).filter((state) => !isOver(state))).toEqual([]);
  const entry = await uploads.find({ path: "/a.bin" });
  expect(await uploads.usage()).toMatchObject({ reserved: 0, stored: entry?.object?.size ?? 0 });
  expect([...backend.uploads.values()]).toEqual([]);
  expect([...backend.objects.keys()]).toEqual(entry === null ? [] : [entry.object?.key]);
}

function isOver(state: string): boolean {
  return state === "completed" || state === "aborted";
}

test("a dead process' error never reaches a client as a success", async () => {
  const { uploads } = rig();
  expect((await failure(uploads.write("unknown", { index: 0 }, whole(bytes)))).code).toBe("SESSION_NOT_FOUND");
});
