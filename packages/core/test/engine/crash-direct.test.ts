import { describe, expect, test } from "@jest/globals";
import { fromBytes, systemClock, type Uploads } from "../../src/index.js";
import { memoryStore } from "../../src/memory/index.js";
import { crashing } from "./crashing.js";
import { directClient, type DirectClient } from "./direct-driver.js";
import { KiB, pattern, planned, readAll, rig, type Rig, type RigOptions } from "./fixture.js";

const chunk = 4 * KiB;
const bytes = pattern(2 * chunk + 10);
const all = { chunks: { start: 0, end: 3 }, completeBy: "client" } as const;
const part = (index: number): Uint8Array => bytes.subarray(index * chunk, (index + 1) * chunk);
const day = 24 * 3600 * 1000;
const { signal } = new AbortController();

interface Run {
  readonly uploads: Uploads;
  readonly client: DirectClient;
  readonly known: { id?: string };
}

/** What a client does, from the beginning or after anything: it asks for all again and sends what is missing. */
type Recipe = (run: Run) => Promise<void>;

async function opened({ uploads, known }: Run): Promise<string> {
  known.id ??= (await uploads.create({ ...planned(bytes.length), onConflict: "replace" })).id;
  return known.id;
}

async function missingParts({ uploads }: Run, id: string): Promise<readonly number[]> {
  const { missing } = await uploads.status(id);
  return [0, 1, 2].filter((index) => missing.some(({ start, end }) => start <= index * chunk && end > index * chunk));
}

const recipes: readonly (readonly [string, Recipe])[] = [
  [
    "the server completes",
    async (run) => {
      const id = await opened(run);
      for (const index of await missingParts(run, id)) {
        await run.uploads.grant(id, all);
        await run.client.send(index * chunk, part(index));
      }
      await run.uploads.complete(id);
    },
  ],
  [
    "the client completes",
    async (run) => {
      const id = await opened(run);
      for (const index of await missingParts(run, id)) {
        await run.uploads.grant(id, all);
        await run.client.send(index * chunk, part(index));
      }
      if ((await run.uploads.session(id)).state === "open") {
        await run.uploads.grant(id, all);
        await run.client.finish();
      }
      await run.uploads.callback(id, null);
    },
  ],
  [
    "it goes on through us",
    async (run) => {
      const id = await opened(run);
      for (const index of await missingParts(run, id)) {
        if (index === 1) {
          await run.uploads.grant(id, all);
          await run.client.send(chunk, part(1));
        } else {
          await run.uploads.write(id, { index }, fromBytes(part(index)));
        }
      }
      await run.uploads.complete(id);
    },
  ],
];

/** A gateway, alive or about to die, over a store and a backend that outlive it. */
function gateway(given: RigOptions): Rig {
  return rig({ ...given, policy: { transfer: "direct" }, timing: { leaseMs: 10, rescueMs: 10 } });
}

/** Runs a recipe until the process dies around its n-th call. `null`: it made fewer. */
async function die(recipe: Recipe, at: number, when: "before" | "after") {
  const [client, store, known] = [directClient(), memoryStore(), {}];
  const run = crashing(store, client.driver, at, when);
  const { uploads } = gateway({ store: run.store, driver: run.driver });
  const ended = await Promise.race([
    run.died.then(() => "died" as const),
    recipe({ uploads, client, known }).then(() => "done" as const),
  ]);
  return { client, store, driver: client.driver, known, isOver: ended === "done" };
}

type Left = Pick<Awaited<ReturnType<typeof die>>, "client" | "store" | "driver">;

function later({ store, driver }: Pick<Left, "store" | "driver">, ms: number): Rig {
  return gateway({ store, driver, runtime: { clock: { ...systemClock, now: () => systemClock.now() + ms } } });
}

/** I3 and I7: what the catalog names is whole, and there is nothing else anywhere. */
async function checkTidy({ uploads, store }: Rig, { backend }: DirectClient): Promise<void> {
  const entry = await uploads.find({ path: "/a.bin" });
  expect([...backend.uploads.keys()]).toEqual([]);
  expect([...backend.objects.keys()]).toEqual(entry === null ? [] : [entry.object?.key]);
  expect(await uploads.usage()).toMatchObject({ reserved: 0, stored: entry === null ? 0 : bytes.length });
  if (entry !== null)
    expect(await readAll(await uploads.read({ entryId: entry.id }, null))).toEqual(Buffer.from(bytes));
  const sessions = await store.listSessions({ limit: 100 }, { signal });
  expect(sessions.filter(({ session: { state } }) => state !== "completed" && state !== "aborted")).toEqual([]);
}

describe.each(recipes)("a process dies around any call of a direct upload, and %s", (_name, recipe) => {
  test.each(["before", "after"] as const)("%s it takes effect: the upload goes on and is whole", async (when) => {
    for (let at = 1; ; at++) {
      const left = await die(recipe, at, when);
      if (left.isOver) return expect(at).toBeGreaterThan(10);
      const next = gateway(left);
      await recipe({ uploads: next.uploads, client: left.client, known: left.known });
      expect((await next.uploads.find({ path: "/a.bin" }))?.version).toBe((left.known as { id?: string }).id);
      const weekLater = later(left, 8 * day);
      await weekLater.engine.sweep();
      await checkTidy(weekLater, left.client);
    }
  });

  test.each(["before", "after"] as const)(
    "%s it takes effect: nobody comes back, and nothing is left",
    async (when) => {
      for (let at = 1; ; at++) {
        const left = await die(recipe, at, when);
        if (left.isOver) return expect(at).toBeGreaterThan(10);
        const weekLater = later(left, 8 * day);
        await weekLater.engine.sweep();
        await checkTidy(weekLater, left.client);
      }
    },
  );
});
