import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "@stowage/core";
import type { EngineOptions } from "@stowage/core/engine";
import { limit, retry } from "@stowage/core/layers";
import { type FaultProxy, type S3Simulator, signedFetch, startFaultProxy, startS3Simulator } from "@stowage/servers";
import { sqliteStore } from "@stowage/store-sqlite";
import { type Chance, chance } from "../src/chance.js";
import { driverOn, hastyClock, partSize, stored } from "../src/s3/bucket.js";
import { gatewayOver, owner, readFile, week } from "../src/s3/gateway-over.js";
import { type Client, newClient, recipes } from "../src/s3/recipes.js";
import { trouble } from "../src/s3/trouble.js";
import { sizeOf } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";

const clients = sizeOf({ normal: 24, extended: 400 });
const atOnce = 4;
/** Times that a client comes back before it leaves its upload for another day. */
const patience = 3;
const { signal } = new AbortController();

let simulator: S3Simulator;
let proxy: FaultProxy;
let data = "";
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "stowage-faults-"));
  simulator = await startS3Simulator({ minPartSize: partSize });
  proxy = await startFaultProxy(simulator.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await simulator.close();
  await rm(data, { recursive: true });
});

interface Outcome {
  readonly fate: "done" | "left" | "given up";
  readonly errors: readonly unknown[];
}

/** Comes back until it is done, its patience is over, or it has no more wish to go on. */
async function upload(engine: Engine, client: Client, number: number, givesUp: boolean): Promise<Outcome> {
  const errors: unknown[] = [];
  const [, recipe] = recipes[number % recipes.length] ?? [];
  for (let tries = 0; tries < patience; tries++) {
    try {
      await recipe?.(engine.as(owner), client);
      return { fate: "done", errors };
    } catch (error) {
      errors.push(error);
      if (!givesUp || client.id === undefined) continue;
      await engine
        .as(owner)
        .abort(client.id)
        .catch(() => {});
      return { fate: "given up", errors };
    }
  }
  return { fate: "left", errors };
}

test(`${clients} uploads through trouble end right or can go on, and leave nothing`, async () => {
  const luck = chance();
  try {
    await survive(luck);
  } catch (error) {
    throw new Error(`with STOWAGE_CRASH_SEED=${luck.seed}`, { cause: error });
  }
}, 600_000);

async function survive(luck: Chance): Promise<void> {
  const foreign = await placeForeign();
  const store = await sqliteStore({ path: join(data, "stowage.db"), durability: "process" });
  const bucket = driverOn({ ...simulator, endpoint: proxy.endpoint }, "ours/");
  const driver = retry({ attempts: 4, clock: hastyClock })(limit(8)(bucket));
  const engine = gatewayOver(store, driver);
  const all = Array.from({ length: clients }, (_, number) =>
    newClient(
      `/${number}`,
      new Uint8Array(sourceFile(`${luck.seed} ${number}`, luck.below(4 * partSize) + 1).read(0, 4 * partSize)),
    ),
  );

  proxy.setRules(trouble, luck.below(2 ** 31));
  const outcomes = await inTurns(all, (client, number) => upload(engine, client, number, number % 6 === 5));
  const fates = outcomes.map(({ fate }) => fate);
  await engine.sweep();
  const kinds = new Set(proxy.events().map(({ effect }) => effect));
  expect(kinds.size).toBeGreaterThanOrEqual(4);
  expect(fates).toContain("done");

  // The line is good again: whoever was not done goes on, with the parts that are stored.
  proxy.setRules([]);
  for (const [number, client] of all.entries()) {
    if (fates[number] === "left")
      expect(await upload(engine, client, number, false)).toEqual({ fate: "done", errors: [] });
    const content = await readFile(engine, client.path);
    if (fates[number] === "given up") expect(content === null || content.equals(client.content)).toBe(true);
    else expect(content?.equals(client.content)).toBe(true);
  }
  const later = gatewayOver(store, driver, week);
  expect(await later.sweep()).toMatchObject({ failed: 0 });
  await checkNothingElse(engine, store, foreign);
  await engine.close();
}

type Foreign = Awaited<ReturnType<typeof stored>>;

/** An object and an open upload of somebody else. */
async function placeForeign(): Promise<Foreign> {
  const path = `/${simulator.bucket}/theirs`;
  const answers = [
    await signedFetch(simulator, { method: "PUT", path: `${path}/object`, body: Buffer.from("theirs") }),
    await signedFetch(simulator, { method: "POST", path: `${path}/upload`, query: { uploads: "" } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  return { objects: ["theirs/object"], uploads: ["theirs/upload"] };
}

/** A week later: the bucket has what the catalog names and what is theirs, and of sessions nothing is left. */
async function checkNothingElse(engine: Engine, store: EngineOptions["store"], foreign: Foreign): Promise<void> {
  const entries = await engine.as(owner).list("/", null, 1000);
  const objects = entries.map(({ object }) => `ours/${object?.key}`).toSorted();
  expect(await stored(simulator, "ours/")).toEqual({ uploads: [], objects });
  expect(await stored(simulator, "theirs/")).toEqual(foreign);
  const size = entries.reduce((sum, entry) => sum + (entry.object?.size ?? 0), 0);
  expect(await store.usage("ada", { signal })).toEqual({ reserved: 0, stored: size });
  expect(await store.listSessions({ limit: 10 }, { signal })).toEqual([]);
  expect(await store.garbage(10, { signal })).toEqual([]);
}

/** A few at a time; the outcomes, in the order of the items. */
async function inTurns<Item, Outcome>(
  items: readonly Item[],
  work: (item: Item, number: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const waiting = [...items.entries()];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      outcomes[next[0]] = await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}
