import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "@stowage/core/engine";
import type { Engine } from "@stowage/core";
import { memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { local } from "@stowage/driver-local";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import type { NodeServer } from "@stowage/server/node";
import { native } from "../src/index.js";
import type { SessionInfo } from "../src/index.js";
import { content } from "./site.js";

let folder = "";
let engine: Engine;
let server: NodeServer;
let base = "";
const headers = { authorization: "Bearer t", "content-type": "application/json" };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-native-"));
  const runtime = nodeRuntime();
  engine = createEngine({
    store: memoryStore(),
    policies: [{ id: "disk", driver: local({ root: folder }), chunks: { size: 100_000, parallel: 4 } }],
    runtime,
  });
  const door = frontDoor({
    engine,
    mounts: [{ prefix: "/uploads", protocol: native() }],
    identify: (exchange) => (exchange.header("authorization") === "Bearer t" ? { owner: "alice", groups: [] } : null),
  });
  server = nodeServer({ door });
  base = `${(await server.listen({ port: 0, host: "127.0.0.1" })).url}/uploads`;
});
afterEach(async () => {
  await server.close({ graceMs: 0 });
  await engine.close();
  await rm(folder, { recursive: true });
});

test("a file goes up in parallel chunks, one of them broken off, and comes down again", async () => {
  const whole = content(1_000_001);
  const created = await fetch(`${base}/sessions`, {
    method: "POST",
    headers,
    body: JSON.stringify({ path: "/f/whole.bin", size: whole.length }),
  });
  expect(created.status).toBe(201);
  expect(created.headers.get("location")).toMatch(/^\/uploads\/sessions\//);
  const session = (await created.json()) as SessionInfo;
  const { chunkSize, chunkCount } = session as { chunkSize: number; chunkCount: number };
  await breakOff(`${base}/sessions/${session.id}/chunks/3`, whole.subarray(0, chunkSize / 2), chunkSize);
  const send = (index: number): Promise<Response> =>
    fetch(`${base}/sessions/${session.id}/chunks/${index}`, {
      method: "PUT",
      headers: { authorization: "Bearer t" },
      body: whole.subarray(index * chunkSize, (index + 1) * chunkSize),
    });
  const replies = await Promise.all(Array.from({ length: chunkCount }, (_, index) => send(index)));
  for (const reply of replies) expect(reply.status).toBe(200);
  const done = await fetch(`${base}/sessions/${session.id}/complete`, { method: "POST", headers });
  expect(await done.json()).toMatchObject({ state: "completed", file: { path: "/f/whole.bin", size: whole.length } });
  const content206 = await fetch(`${base}/files/content?path=/f/whole.bin`, {
    headers: { authorization: "Bearer t", range: "bytes=500000-" },
  });
  expect(content206.status).toBe(206);
  expect(Buffer.from(await content206.arrayBuffer()).equals(whole.subarray(500_000))).toBe(true);
});

test("a refused upload costs no bytes, and a stranger gets nothing", async () => {
  const refused = await fetch(`${base}/sessions`, { method: "POST", body: "{}" });
  expect([refused.status, refused.headers.get("content-type")]).toEqual([
    401,
    "application/problem+json; charset=utf-8",
  ]);
  const chunk = await fetch(`${base}/sessions/nothing/chunks/0`, { method: "PUT", headers, body: content(300_000) });
  expect(chunk.status).toBe(404);
});

/** Sends less than was announced, and goes away. */
function breakOff(url: string, body: Uint8Array, announced: number): Promise<void> {
  return new Promise((resolve) => {
    const sent = request(url, {
      method: "PUT",
      headers: { authorization: "Bearer t", "content-length": announced },
    });
    sent.on("error", () => resolve());
    sent.write(body, () => setTimeout(() => sent.destroy(new Error("gone")), 20));
  });
}
