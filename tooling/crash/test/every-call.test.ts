import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBytes, systemClock } from "@stowage/core";
import { createEngine, type EngineOptions } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { sqliteStore } from "@stowage/store-sqlite";
import { crashing } from "../../../packages/core/test/engine/crashing.js";

const owner = { owner: "ada", groups: [] };
const chunk = 64 * 1024;
const bytes = randomBytes(2 * chunk + 10);
const week = 8 * 24 * 3600 * 1000;
const { signal } = new AbortController();
/** Claims of the dead run out soon; nothing sweeps but who is told to. */
const timing = { patienceMs: 40, leaseMs: 40, sweepEveryMs: 0, rescueMs: 50 };

let data = "";
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "stowage-calls-"));
});
afterEach(() => rm(data, { recursive: true }));

type Parts = Pick<EngineOptions, "store"> & { readonly driver: ReturnType<typeof local> };

const open = async (folder: string): Promise<Parts> => ({
  store: await sqliteStore({ path: join(folder, "stowage.db"), durability: "process" }),
  driver: local({ root: join(folder, "files") }),
});
const engineOver = ({ store, driver }: Parts, now = () => systemClock.now()) =>
  createEngine({
    store,
    policies: [{ id: "disk", driver, chunks: { size: chunk, parallel: 4 } }],
    runtime: nodeRuntime({ clock: { ...systemClock, now } }),
    timing,
  });

interface Client {
  id?: string;
  readonly acknowledged: Set<number>;
}

/** Creates, and sends each chunk until it is acknowledged. */
async function upload(engine: ReturnType<typeof engineOver>, client: Client): Promise<void> {
  const uploads = engine.as(owner);
  const request = { policyId: null, protocol: "test", path: "/a", size: bytes.length, onConflict: "replace" } as const;
  client.id ??= (await uploads.create({ ...request, framing: "planned", completion: "when-full" })).id;
  for (const index of [1, 0, 2]) {
    if (client.acknowledged.has(index)) continue;
    await uploads.write(client.id, { index }, fromBytes(bytes.subarray(index * chunk, (index + 1) * chunk)));
    client.acknowledged.add(index);
  }
}

async function countCalls(): Promise<number> {
  const parts = await open(join(data, "count"));
  const run = crashing(parts.store, parts.driver, 0, "before");
  const engine = engineOver(run);
  await upload(engine, { acknowledged: new Set() });
  await engine.close();
  return run.calls();
}

/** Dies at the n-th call, and starts again over what is on the disk. */
async function dieAt(at: number, when: "before" | "after"): Promise<void> {
  const folder = join(data, `${when}-${at}`);
  const dead = await open(folder);
  const run = crashing(dead.store, dead.driver, at, when);
  const client: Client = { acknowledged: new Set() };
  await Promise.race([run.died, upload(engineOver(run), client)]);
  const engine = engineOver(await open(folder));
  if (client.id !== undefined) {
    const { missing } = await engine.as(owner).status(client.id);
    for (const index of client.acknowledged) expect(missing.some(({ start }) => start === index * chunk)).toBe(false);
  }
  await upload(engine, client);
  const entry = await engine.as(owner).find({ path: "/a" });
  expect(entry?.version).toBe(client.id);
  const read: Uint8Array[] = [];
  for await (const piece of (await engine.as(owner).read({ entryId: entry?.id ?? "" }, null)).stream())
    read.push(piece);
  expect(Buffer.concat(read).equals(bytes)).toBe(true);
  await engine.close();
  await checkNothingLeft(folder, entry?.object?.key ?? "");
  await dead.store.close();
}

/** When every session is past its time: one object on the disk, no part file, no quota reserved. */
async function checkNothingLeft(folder: string, key: string): Promise<void> {
  const parts = await open(folder);
  const engine = engineOver(parts, () => systemClock.now() + week);
  expect(await engine.sweep()).toMatchObject({ failed: 0 });
  expect(await parts.store.usage("ada", { signal })).toEqual({ reserved: 0, stored: bytes.length });
  const files = await readdir(join(folder, "files"), { recursive: true, withFileTypes: true });
  const names = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  expect(names).toEqual([join(folder, "files", "objects", key)]);
  await engine.close();
}

test.each(["before", "after"] as const)(
  "SQLite and local disk, killed %s the effect of every single call",
  async (when) => {
    const total = await countCalls();
    expect(total).toBeGreaterThan(12);
    for (let at = 1; at <= total; at++) await dieAt(at, when);
  },
  120_000,
);
