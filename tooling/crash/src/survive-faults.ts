import { expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, StorageDriver } from "@stowage/core";
import type { EngineOptions } from "@stowage/core/engine";
import { limit, retry } from "@stowage/core/layers";
import { startFaultProxy } from "@stowage/servers";
import { sqliteStore } from "@stowage/store-sqlite";
import { type Chance, chance } from "./chance.js";
import { hastyClock, partSize } from "./s3/bucket.js";
import { gatewayOver, owner, readFile, week } from "./s3/gateway-over.js";
import { type Client, newClient, type Recipe } from "./s3/recipes.js";
import { trouble } from "./s3/trouble.js";
import { sizeOf } from "./size.js";
import { sourceFile } from "./source-file.js";

/** What a backend has under a prefix: names of objects, and of whatever else is there. */
export interface Stored {
  readonly objects: readonly string[];
  readonly uploads: readonly string[];
}

/** A backend to which the line is bad. */
export interface FaultSubject {
  /** Origin that the proxy stands in front of. */
  readonly endpoint: string;
  /** Things that clients do, by name. */
  readonly recipes: readonly (readonly [string, Recipe])[];
  /** A driver that reaches the backend at another origin; all its keys begin with `prefix`. */
  driverOn(endpoint: string, prefix: string): StorageDriver;
  stored(prefix: string): Promise<Stored>;
  /** Puts an object and an open upload of somebody else under `theirs/`; what that is. */
  placeForeign(): Promise<Stored>;
}

const clients = sizeOf({ normal: 24, extended: 400 });
const atOnce = 4;
/** Times that a client comes back before it leaves its upload for another day. */
const patience = 3;
const { signal } = new AbortController();

/** A jest test in which about a third of all requests to a backend go wrong. */
export function testFaults(subject: FaultSubject): void {
  test(`${clients} uploads through trouble end right or can go on, and leave nothing`, async () => {
    const luck = chance();
    const data = await mkdtemp(join(tmpdir(), "stowage-faults-"));
    try {
      await survive(subject, luck, data);
    } catch (error) {
      throw new Error(`with STOWAGE_CRASH_SEED=${luck.seed}`, { cause: error });
    } finally {
      await rm(data, { recursive: true });
    }
  }, 600_000);
}

interface Outcome {
  readonly fate: "done" | "left" | "given up";
  readonly errors: readonly unknown[];
}

/** Comes back until it is done, its patience is over, or it has no more wish to go on. */
async function upload(engine: Engine, client: Client, recipe: Recipe, givesUp: boolean): Promise<Outcome> {
  const errors: unknown[] = [];
  for (let tries = 0; tries < patience; tries++) {
    try {
      await recipe(engine.as(owner), client);
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

async function survive(subject: FaultSubject, luck: Chance, data: string): Promise<void> {
  const foreign = await subject.placeForeign();
  const proxy = await startFaultProxy(subject.endpoint);
  const store = await sqliteStore({ path: join(data, "stowage.db"), durability: "process" });
  const backend = subject.driverOn(proxy.endpoint, "ours/");
  const driver = retry({ attempts: 4, clock: hastyClock })(limit(8)(backend));
  const engine = gatewayOver(store, driver);
  const recipeOf = (number: number): Recipe =>
    subject.recipes[number % subject.recipes.length]?.[1] ?? (async () => {});
  const all = Array.from({ length: clients }, (_, number) =>
    newClient(
      `/${number}`,
      new Uint8Array(sourceFile(`${luck.seed} ${number}`, luck.below(4 * partSize) + 1).read(0, 4 * partSize)),
    ),
  );
  try {
    proxy.setRules(trouble, luck.below(2 ** 31));
    const outcomes = await inTurns(all, (client, number) => upload(engine, client, recipeOf(number), number % 6 === 5));
    const fates = outcomes.map(({ fate }) => fate);
    await engine.sweep();
    const kinds = new Set(proxy.events().map(({ effect }) => effect));
    expect(kinds.size).toBeGreaterThanOrEqual(4);
    expect(fates).toContain("done");

    // The line is good again: whoever was not done goes on, with the parts that are stored.
    proxy.setRules([]);
    for (const [number, client] of all.entries()) {
      if (fates[number] === "left")
        expect(await upload(engine, client, recipeOf(number), false)).toEqual({ fate: "done", errors: [] });
      const content = await readFile(engine, client.path);
      if (fates[number] === "given up") expect(content === null || content.equals(client.content)).toBe(true);
      else expect(content?.equals(client.content)).toBe(true);
    }
    const later = gatewayOver(store, driver, week);
    expect(await later.sweep()).toMatchObject({ failed: 0 });
    await checkNothingElse(subject, engine, store, foreign);
  } finally {
    await engine.close();
    await proxy.close();
  }
}

/** A week later: the backend has what the catalog names and what is theirs, and of sessions nothing is left. */
async function checkNothingElse(
  subject: FaultSubject,
  engine: Engine,
  store: EngineOptions["store"],
  foreign: Stored,
): Promise<void> {
  const entries = await engine.as(owner).list("/", null, 1000);
  const objects = entries.map(({ object }) => `ours/${object?.key}`).toSorted();
  expect(await subject.stored("ours/")).toEqual({ uploads: [], objects });
  expect(await subject.stored("theirs/")).toEqual(foreign);
  const size = entries.reduce((sum, entry) => sum + (entry.object?.size ?? 0), 0);
  expect(await store.usage("ada", { signal })).toEqual({ reserved: 0, stored: size });
  expect(await store.listSessions({ limit: 10 }, { signal })).toEqual([]);
  expect(await store.garbage(10, { signal })).toEqual([]);
}

/** A few at a time; the outcomes, in the order of the items. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item, number: number) => Promise<Result>,
): Promise<Result[]> {
  const waiting = [...items.entries()];
  const outcomes: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      outcomes[next[0]] = await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}
