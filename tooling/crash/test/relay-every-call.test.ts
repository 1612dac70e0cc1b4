import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byteBudget, type StorageDriver } from "@stowage/core";
import type { EngineOptions } from "@stowage/core/engine";
import { memoryBackend, memoryDriver } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { directorySpool, relay, type Spool } from "@stowage/driver-relay";
import { startS3Simulator } from "@stowage/servers";
import { sqliteStore } from "@stowage/store-sqlite";
import { type FreeClient, sendFreely } from "../src/relay/free-client.js";
import { gatewayOn } from "../src/relay/gateway-on.js";
import { type Mortal, mortal } from "../src/relay/mortal.js";
import { driverOn, partSize, stored } from "../src/s3/bucket.js";
import { owner, readFile, week } from "../src/s3/gateway-over.js";
import { isExtended } from "../src/size.js";

const bytes = new Uint8Array(randomBytes(2 * partSize + 10));
const { signal } = new AbortController();
const simulator = await startS3Simulator({ minPartSize: partSize });
afterAll(() => simulator.close());

let data = "";
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "stowage-calls-"));
});
afterEach(() => rm(data, { recursive: true }));

/** A database, a backend and a spool, which outlive processes. */
interface Place {
  readonly store: EngineOptions["store"];
  readonly inner: StorageDriver;
  readonly spool: Spool;
  readonly spoolFolder: string;
  /** What the backend has: objects, and whatever else. */
  contents(): Promise<{ readonly objects: number; readonly others: readonly string[] }>;
  close(): Promise<void>;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

type Backend = (name: string) => Pick<Place, "inner" | "contents">;

const onLocal: Backend = (name) => {
  const root = join(data, name, "files");
  const objects = join(root, "objects");
  return {
    inner: local({ root }),
    contents: async () => {
      const files = await filesIn(root);
      const others = files.filter((file) => !file.startsWith(objects));
      return { objects: files.length - others.length, others };
    },
  };
};

const onS3: Backend = (name) => {
  const prefix = `${data.slice(-6)}/${name}/`;
  return {
    inner: driverOn(simulator, prefix),
    contents: async () => {
      const { objects, uploads } = await stored(simulator, prefix);
      return { objects: objects.length, others: uploads };
    },
  };
};

/** OneDrive's kind: one part after the other, in steps, of a size that is known. */
const inOrder: Backend = () => {
  const backend = memoryBackend();
  const part = { minSize: partSize, multipleOf: partSize };
  return {
    inner: memoryDriver({ backend, part, ordering: { kind: "sequential" }, deferredSize: false, passiveBegin: false }),
    contents: async () => ({ objects: backend.objects.size, others: [...backend.uploads.keys()] }),
  };
};

async function placeNamed(name: string, backend: Backend): Promise<Place> {
  const store = await sqliteStore({ path: join(data, `${name}.db`), durability: "process" });
  const spoolFolder = join(data, name, "spool");
  const { inner, contents } = backend(name);
  const close = async (): Promise<void> => {
    await store.close();
    await inner.close?.();
  };
  return { store, inner, contents, spoolFolder, spool: directorySpool(spoolFolder), close };
}

const options = { cell: partSize, leaseMs: 40 };
/** Room for cells, so that whole ones go without the spool. */
const roomy = (): ReturnType<typeof nodeRuntime> => nodeRuntime({ memory: byteBudget(8 * partSize) });

/** Runs until the process dies around its n-th call. `null`: it made fewer. */
async function diesAt(
  { store, inner, spool }: Place,
  client: FreeClient,
  at: number,
  when: "before" | "after",
): Promise<Mortal | null> {
  const life = mortal(at, when);
  const driver = relay(life.driver(inner), { spool: life.spool(spool), ...options }, roomy());
  const done = sendFreely(gatewayOn(life.store(store), driver).as(owner), client).then(() => null);
  return Promise.race([life.died.then(() => life), done]);
}

/** A week later: one object if the catalog names one, and nothing else at the backend, in the spool or in the books. */
async function checkNothingLeft(place: Place): Promise<void> {
  const { store, inner, spool, spoolFolder } = place;
  const engine = gatewayOn(store, relay(inner, { spool, ...options }, roomy()), week);
  expect(await engine.sweep()).toMatchObject({ failed: 0 });
  const entry = await engine.as(owner).find({ path: "/a" });
  expect(await place.contents()).toEqual({ objects: entry === null ? 0 : 1, others: [] });
  const usage = { reserved: 0, stored: entry === null ? 0 : bytes.length };
  expect(await store.usage("ada", { signal })).toEqual(usage);
  if (entry !== null) expect((await readFile(engine, "/a"))?.equals(bytes)).toBe(true);
  // What was being made or removed when the process died is old by now.
  const aside = join(spoolFolder, "aside");
  for (const name of await readdir(aside).catch(() => [])) await utimes(join(aside, name), 0, 0);
  await spool.sweep(Date.now() + week);
  expect(await filesIn(spoolFolder)).toEqual((await filesIn(spoolFolder)).filter((file) => file.endsWith("/id")));
  for (const folder of ["uploads", "aside"])
    expect(await readdir(join(spoolFolder, folder)).catch(() => [])).toEqual([]);
}

interface Deaths {
  readonly backend: Backend;
  readonly newClient: () => FreeClient;
  readonly when: "before" | "after";
  readonly goOn: (place: Place, client: FreeClient) => Promise<void>;
}

/** Whether there was a call to die at. */
async function diesAndGoesOn({ backend, newClient, when, goOn }: Deaths, at: number): Promise<boolean> {
  const place = await placeNamed(`${when}-${at}`, backend);
  const client = newClient();
  try {
    const dead = await diesAt(place, client, at, when);
    if (dead === null) return false;
    await goOn(place, client);
    await checkNothingLeft(place);
    await dead.bury();
    return true;
  } catch (error) {
    throw new Error(`died ${when} call ${at}`, { cause: error });
  } finally {
    await place.close();
  }
}

/** Most of the time somebody waits for a claim of the dead. */
const together = 8;

/** Every crash point, until there is none any more; how many there were. */
async function atEvery(deaths: Deaths): Promise<number> {
  for (let from = 1; ; from += together) {
    const points = Array.from({ length: together }, (_, index) => diesAndGoesOn(deaths, from + index));
    const died = await Promise.all(points);
    if (died.includes(false)) return from - 1 + died.indexOf(false);
  }
}

const appends = [20_000, 50_000, 65_536, 90_000, 131_072, bytes.length];
const large = [65_536 + 30_000, bytes.length];

/** The first ones are for every day, all with `STOWAGE_EXTENDED=1`. */
const everyDay = [
  ["S3, appends", onS3, appends, false],
  ["local disk, large chunks", onLocal, large, true],
  ["a backend in order that wants the size, appends of unknown length", inOrder, appends, true],
] as const;
const others = [
  ["S3, large chunks", onS3, large, false],
  ["S3, appends of unknown length", onS3, appends, true],
  ["local disk, appends", onLocal, appends, false],
  ["a backend in order, appends", inOrder, appends, false],
] as const;

function killedAtEveryCall(backend: Backend, cuts: readonly number[], sizeIsLate: boolean): void {
  const newClient = (): FreeClient => ({ content: bytes, cuts, sizeIsLate, acknowledged: 0 });

  test.each(["before", "after"] as const)(
    "killed %s the effect of every single call: another process goes on",
    async (when) => {
      const goOn: Deaths["goOn"] = async (place, client) => {
        const driver = relay(place.inner, { spool: place.spool, ...options }, roomy());
        const next = gatewayOn(place.store, driver).as(owner);
        await sendFreely(next, client);
        expect((await next.find({ path: "/a" }))?.version).toBe(client.id);
      };
      const points = await atEvery({ backend, newClient, when, goOn });
      expect(points).toBeGreaterThan(20);
    },
    300_000,
  );

  test("killed after every single call: nobody goes on, and it is swept", async () => {
    const points = await atEvery({ backend, newClient, when: "after", goOn: async () => {} });
    expect(points).toBeGreaterThan(20);
  }, 300_000);
}

describe.each(everyDay)("SQLite, a spool, and relay onto %s", (_name, backend, cuts, isLate) => {
  killedAtEveryCall(backend, cuts, isLate);
});

(isExtended ? describe : describe.skip).each(others)(
  `SQLite, a spool, and relay onto %s${isExtended ? "" : " (not run: STOWAGE_EXTENDED is not set)"}`,
  (_name, backend, cuts, isLate) => {
    killedAtEveryCall(backend, cuts, isLate);
  },
);
