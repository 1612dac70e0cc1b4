import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { signedFetch, startFaultProxy, startS3Simulator } from "@stowage/servers";
import type { ProxyEffect, S3Server } from "@stowage/servers";

const simulator = await startS3Simulator();
const proxy = await startFaultProxy(simulator.endpoint);
/** The simulator, as a client sees it that knows the proxy's address only. */
const server: S3Server = { ...simulator, endpoint: proxy.endpoint };
const path = `/${server.bucket}/object`;
const content = Buffer.alloc(300_000, "content");

/** A server that answers as soon as it has the head of a request, and never reads a body. */
const refusal = createServer((_, response) => void response.writeHead(403).end("no"));
refusal.listen(0, "127.0.0.1");
await new Promise((resolve) => refusal.once("listening", resolve));
const refusing = await startFaultProxy(`http://127.0.0.1:${(refusal.address() as AddressInfo).port}`);

afterAll(async () => {
  await refusing.close();
  refusal.closeAllConnections();
  refusal.close();
  await proxy.close();
  await simulator.close();
});
beforeEach(async () => {
  proxy.setRules([]);
  await signedFetch(simulator, { method: "DELETE", path });
  await simulator.forgetCalls();
});

function put(): Promise<Response> {
  return signedFetch(server, { method: "PUT", path, body: content });
}

async function get(): Promise<Buffer> {
  return Buffer.from(await (await signedFetch(server, { method: "GET", path })).arrayBuffer());
}

async function isStored(): Promise<boolean> {
  return (await simulator.leftovers()).objects.length > 0;
}

function once(effect: ProxyEffect): void {
  proxy.setRules([{ requests: [1], effect }]);
}

test("what passes is what came, with its signature", async () => {
  const stored = await put();
  expect([stored.status, stored.headers.get("server")]).toEqual([200, "s3-simulator"]);
  expect((await get()).equals(content)).toBe(true);
  expect((await signedFetch(server, { method: "GET", path: `${path}/none` })).status).toBe(404);
});

test("a body of unknown length is refused by the server, and the refusal passes", async () => {
  const body = new Blob(["abc"]).stream();
  const answer = await fetch(`${proxy.endpoint}${path}`, { method: "PUT", body, duplex: "half" } as RequestInit);
  expect(answer.status).toBe(403);
});

test("a large body that is refused unread holds up no request after it", async () => {
  const body = Buffer.alloc(4_000_000);
  for (let times = 0; times < 6; times += 1) {
    const answer = await fetch(`${refusing.endpoint}/`, { method: "POST", body, signal: AbortSignal.timeout(5_000) });
    expect([answer.status, await answer.text()]).toEqual([403, "no"]);
  }
});

test("100 Continue comes from the server", async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { "content-length": 10, expect: "100-continue" };
    const sent = request(`${proxy.endpoint}${path}`, { method: "PUT", headers });
    sent.once("continue", () => reject(new Error("a request without a signature was asked for its body")));
    sent.once("response", (answer) => {
      resolve(answer.statusCode ?? 0);
      sent.destroy();
    });
    sent.flushHeaders();
  });
  expect(status).toBe(403);
});

test("a reset in the middle of the body: the server has seen less than all, and stores nothing", async () => {
  once({ kind: "reset", bytes: 100_000 });
  await expect(put()).rejects.toThrow("fetch failed");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([await isStored(), await simulator.calls()]).toEqual([false, { PutObject: 1 }]);
  expect((await put()).status).toBe(200);
});

test("an answer that is lost after the server has acted", async () => {
  once({ kind: "drop-answer" });
  await expect(put()).rejects.toThrow("fetch failed");
  expect(await isStored()).toBe(true);
});

test("an answer that ends early", async () => {
  await put();
  once({ kind: "truncate-answer", bytes: 1_000 });
  await expect(get()).rejects.toThrow("terminated");
  expect((await get()).byteLength).toBe(content.byteLength);
});

test("a delay", async () => {
  once({ kind: "delay", ms: 200 });
  const start = Date.now();
  expect((await put()).status).toBe(200);
  expect(Date.now() - start).toBeGreaterThanOrEqual(195);
});

test("a slow line, in both directions", async () => {
  proxy.setRules([{ effect: { kind: "throttle", bytesPerSecond: 1_000_000 } }]);
  const start = Date.now();
  expect((await put()).status).toBe(200);
  expect(Date.now() - start).toBeGreaterThanOrEqual(290);
  expect((await get()).equals(content)).toBe(true);
  expect(Date.now() - start).toBeGreaterThanOrEqual(580);
});

test("an answer of its own, which the server knows nothing of", async () => {
  once({ kind: "answer", status: 503, code: "SlowDown", retryAfterSeconds: 2 });
  const answer = await put();
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(await answer.text()).toContain("<Code>SlowDown</Code>");
  expect(await simulator.calls()).toEqual({});
});

test("rules are for a method and a text in the address; what was done is told without the query", async () => {
  const before = proxy.events().length;
  proxy.setRules([{ method: "GET", contains: "list-type", effect: { kind: "delay", ms: 1 } }]);
  await signedFetch(server, { method: "GET", path: `/${server.bucket}`, query: { "list-type": "2" } });
  await get();
  expect(proxy.events().slice(before)).toEqual([
    { request: proxy.requests() - 1, method: "GET", path: `/${server.bucket}`, effect: "delay" },
  ]);
});

test("the same seed: the same requests are hit", async () => {
  const hits = async (seed: number): Promise<readonly number[]> => {
    const first = proxy.requests();
    const before = proxy.events().length;
    proxy.setRules([{ chance: 0.3, effect: { kind: "delay", ms: 1 } }], seed);
    for (let count = 0; count < 40; count++) await signedFetch(server, { method: "HEAD", path });
    return proxy
      .events()
      .slice(before)
      .map((event) => event.request - first);
  };
  const of7 = await hits(7);
  expect(of7.length).toBeGreaterThan(4);
  expect(of7.length).toBeLessThan(25);
  expect(await hits(7)).toEqual(of7);
  expect(await hits(8)).not.toEqual(of7);
});
