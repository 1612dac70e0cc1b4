import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBytes } from "@stowage/core";
import type { Engine } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import { memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { imageStore as frontEnd } from "@stowage/protocol-image-store";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import type { NodeServer } from "@stowage/server/node";
import { imageStore } from "../src/index.js";
import { startStore } from "./start-store.js";
import type { RunningStore } from "./start-store.js";

let root = "";
let store: RunningStore;
let engine: Engine;
let server: NodeServer;
let url = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stowage-image-store-"));
  store = await startStore(root);
});
afterAll(async () => {
  await store.kill();
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  const runtime = nodeRuntime();
  const driver = imageStore({ endpoint: `${store.url}/ImageStore`, token: "us" }, runtime);
  const chunks = { size: 100_000, parallel: 4 };
  engine = createEngine({ store: memoryStore(), policies: [{ id: "far", driver, chunks, key: "{uuid}" }], runtime });
  const mounts = [{ prefix: "/ImageStore", protocol: frontEnd({}, runtime) }];
  server = nodeServer({ door: frontDoor({ engine, mounts, identify: () => ({ owner: "alice", groups: [] }) }) });
  url = `${(await server.listen({ port: 0, host: "127.0.0.1" })).url}/ImageStore`;
});
afterEach(async () => {
  await server.close({ graceMs: 0, settleMs: 500 });
  await engine.close();
});

/** All that lies at the far end, by its name. */
async function far(key: string): Promise<Buffer | null> {
  const headers = { authorization: "Bearer us" };
  const reply = await fetch(`${store.url}/uploads/files/content?path=/${key}`, { headers });
  return reply.status === 404 ? null : Buffer.from(await reply.arrayBuffer());
}

test("Content-Range in, Content-Range out: a file goes through two servers", async () => {
  const whole = randomBytes(1_000_001);
  const id = crypto.randomUUID();
  const send = (start: number, end: number): Promise<Response> =>
    fetch(`${url}/dir%2Ffile/$/UploadChunk?api-version=6.0&session-id=${id}`, {
      method: "PUT",
      headers: { "content-range": `bytes ${start}-${end - 1}/${whole.length}` },
      body: whole.subarray(start, end),
    });
  const replies = await Promise.all([
    send(700_000, 1_000_001),
    send(0, 1),
    send(1, 350_000),
    send(350_000, 700_000),
    send(1, 350_000),
  ]);
  // The last two may be one writer overtaking another, and then the one that was overtaken says so.
  for (const { status } of replies) expect([200, 409]).toContain(status);
  expect((await send(1, 350_000)).status).toBe(200);
  const commit = `${url}/$/CommitUploadSession?api-version=6.0&session-id=${id}`;
  expect((await fetch(commit, { method: "POST" })).status).toBe(200);
  const entry = await engine.as({ owner: "alice", groups: [] }).find({ path: "/dir/file" });
  expect((await far(entry?.object?.key ?? ""))?.equals(whole)).toBe(true);
});

test("a planned upload goes up in parallel, and what cannot be read back says so", async () => {
  const alice = engine.as({ owner: "alice", groups: [] });
  const whole = randomBytes(450_000);
  const request = { policyId: null, protocol: "test", path: "/planned", size: whole.length } as const;
  const { id } = await alice.create({ ...request, framing: "planned", completion: "when-full" });
  const write = (index: number) =>
    alice.write(id, { index }, fromBytes(whole.subarray(index * 100_000, (index + 1) * 100_000)));
  await Promise.all([4, 3, 2, 1, 0].map(write));
  const { session } = await alice.status(id);
  expect(session).toMatchObject({ state: "completed", object: { size: 450_000 } });
  expect((await far(session.target.key))?.equals(whole)).toBe(true);
  await expect(alice.read({ sessionId: id }, null)).rejects.toMatchObject({ code: "UNSUPPORTED" });
});

test("an upload that is given up leaves no session at the far end", async () => {
  const alice = engine.as({ owner: "alice", groups: [] });
  const request = { policyId: null, protocol: "test", path: "/gone", size: 150_000 } as const;
  const { id, target } = await alice.create({ ...request, framing: "planned", completion: "when-full" });
  await alice.write(id, { index: 0 }, fromBytes(randomBytes(100_000)));
  const at = `${store.url}/ImageStore/${target.key}/$/GetUploadSession?api-version=6.0`;
  const sessions = async (): Promise<number> => {
    const reply = await fetch(at, { headers: { authorization: "Bearer us" } });
    return ((await reply.json()) as { UploadSessions: object[] }).UploadSessions.length;
  };
  expect(await sessions()).toBe(1);
  await alice.abort(id);
  expect(await sessions()).toBe(0);
});

test("a file that is removed goes from the far end, too", async () => {
  const alice = engine.as({ owner: "alice", groups: [] });
  const request = { policyId: null, protocol: "test", path: "/old", size: 1000 } as const;
  const { id, target } = await alice.create({ ...request, framing: "planned", completion: "when-full" });
  await alice.write(id, { index: 0 }, fromBytes(randomBytes(1000)));
  expect(await far(target.key)).toHaveLength(1000);
  const entry = await alice.find({ path: "/old" });
  await alice.remove(entry?.id ?? "");
  await engine.sweep();
  expect(await far(target.key)).toBeNull();
});
