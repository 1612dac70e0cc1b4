import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StorageDriver } from "@stowage/core";
import type { EngineOptions } from "@stowage/core/engine";
import { sqliteStore } from "@stowage/store-sqlite";
import { crashing } from "../../../packages/core/test/engine/crashing.js";
import { followed } from "./followed.js";
import { partSize } from "./s3/bucket.js";
import { gatewayOver, owner, readFile, week } from "./s3/gateway-over.js";
import { type Client, missingParts, newClient, type Recipe } from "./s3/recipes.js";

/** A backend around whose calls processes end. */
export interface EveryCallSubject {
  readonly name: string;
  /** Things that clients do, by name. */
  readonly recipes: readonly (readonly [string, Recipe])[];
  /** A driver all of whose keys begin with `prefix`. */
  driverOn(prefix: string): StorageDriver;
  /** What the backend itself has under a prefix: names of objects, and of whatever else is there. */
  stored(prefix: string): Promise<{ readonly objects: readonly string[]; readonly uploads: readonly string[] }>;
}

const bytes = new Uint8Array(randomBytes(2 * partSize + 10));
const { signal } = new AbortController();

/** A database and a folder at the backend, which outlive processes. */
interface Place {
  readonly store: EngineOptions["store"];
  readonly driver: StorageDriver;
  readonly prefix: string;
  /** Until what the killed process had sent has arrived, or not. Who goes on at once meets it on its way. */
  ended(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Jest tests in which the process ends before and after every single call of the store and of the driver; another process
 * goes on, or nobody does. A week later nothing is there but what the catalog names.
 */
export function describeEveryCall(subject: EveryCallSubject): void {
  let data = "";
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), "stowage-calls-"));
  });
  afterEach(() => rm(data, { recursive: true }));

  describe.each(subject.recipes)(`SQLite and ${subject.name}, %s`, (_name, recipe) => {
    test.each(["before", "after"] as const)(
      "killed %s the effect of every single call: another process goes on",
      async (when) => {
        const points = await atEvery(subject, { data, recipe, when }, async ({ store, driver }, client) => {
          const next = gatewayOver(store, driver);
          if (client.id !== undefined) {
            const missing = await missingParts(next.as(owner), client);
            expect(missing.filter((index) => client.acknowledged.get(index) === "by us")).toEqual([]);
          }
          await recipe(next.as(owner), client);
          expect((await next.as(owner).find({ path: "/a" }))?.version).toBe(client.id);
        });
        expect(points).toBeGreaterThan(10);
      },
      120_000,
    );

    test.each(["before", "after"] as const)(
      "killed %s the effect of every single call: nobody goes on, and it is swept",
      async (when) => {
        const points = await atEvery(subject, { data, recipe, when }, (place) => place.ended());
        expect(points).toBeGreaterThan(10);
      },
      120_000,
    );
  });
}

interface Points {
  readonly data: string;
  readonly recipe: Recipe;
  readonly when: "before" | "after";
}

/** Every crash point of a recipe, until there is none any more; how many there were. */
async function atEvery(
  subject: EveryCallSubject,
  { data, recipe, when }: Points,
  goOn: (place: Place, client: Client) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at++) {
    const place = await placeNamed(subject, data, `${when}-${at}`);
    const client = newClient("/a", bytes);
    try {
      if (!(await diesAt(place, client, { recipe, at, when }))) return at - 1;
      await goOn(place, client);
      await checkNothingLeft(subject, place);
    } finally {
      await place.close();
    }
  }
}

async function placeNamed(subject: EveryCallSubject, data: string, name: string): Promise<Place> {
  const prefix = `${data.slice(-6)}/${name}/`;
  const store = await sqliteStore({ path: join(data, `${name}.db`), durability: "process" });
  const { driver, ...calls } = followed(subject.driverOn(prefix));
  const close = async (): Promise<void> => {
    await calls.ended();
    await store.close();
    await driver.close?.();
  };
  return { store, driver, prefix, ended: () => calls.ended(), close };
}

/** Runs until the process dies around its n-th call. `false`: it made fewer. */
async function diesAt(
  { store, driver }: Place,
  client: Client,
  { recipe, at, when }: { readonly recipe: Recipe; readonly at: number; readonly when: "before" | "after" },
): Promise<boolean> {
  const run = crashing(store, driver, at, when);
  const done = recipe(gatewayOver(run.store, run.driver).as(owner), client).then(() => false);
  return Promise.race([run.died.then(() => true), done]);
}

/** A week later: the backend has what the catalog names, and nothing else; no quota is reserved, no session left. */
async function checkNothingLeft(subject: EveryCallSubject, { store, driver, prefix }: Place): Promise<void> {
  const engine = gatewayOver(store, driver, week);
  expect(await engine.sweep()).toMatchObject({ failed: 0 });
  const entry = await engine.as(owner).find({ path: "/a" });
  const objects = entry === null ? [] : [`${prefix}${entry.object?.key}`];
  expect(await subject.stored(prefix)).toEqual({ uploads: [], objects });
  const usage = { reserved: 0, stored: entry === null ? 0 : bytes.length };
  expect(await store.usage("ada", { signal })).toEqual(usage);
  if (entry !== null) expect((await readFile(engine, "/a"))?.equals(bytes)).toBe(true);
  const sessions = await store.listSessions({ limit: 10 }, { signal });
  expect(sessions.filter(({ session: { state } }) => state !== "completed" && state !== "aborted")).toEqual([]);
}
