import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytes, fromBytes, put, systemClock, UploadError } from "@stowage/core";
import type { DirectGrant, StorageDriver, UploadTarget, VendorCallback } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import { coveredHeaders, nodeSigner } from "@stowage/cloudreve-wire";
import { remote } from "../src/index.js";
import type { RemoteOptions } from "../src/index.js";
import { nodeKey, startSlave } from "./start-slave.js";
import type { RunningSlave } from "./start-slave.js";

const options = { signal: new AbortController().signal };
let root = "";
let slave: RunningSlave;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stowage-remote-"));
  slave = await startSlave(root);
});
afterAll(async () => {
  await slave.kill();
  await rm(root, { recursive: true });
});

/** `skewMs`: how far the master's clock is ahead. */
const make = (changes: Partial<RemoteOptions> = {}, skewMs = 0): StorageDriver =>
  remote(
    { url: slave.url, key: nodeKey, ...changes },
    nodeRuntime({ clock: { ...systemClock, now: () => Date.now() + skewMs } }),
  );

function targetOf(size: number, chunkSize: number): UploadTarget {
  const sessionId = crypto.randomUUID();
  const plan = { size, chunkSize, count: Math.ceil(size / chunkSize) };
  const expiresAt = Date.now() + 3_600_000;
  return { sessionId, key: `${sessionId}/a.txt`, size, plan, contentType: "text/plain", metadata: {}, expiresAt };
}

async function grantOf(
  driver: StorageDriver,
  target: UploadTarget,
  callbackUrl?: string,
): Promise<DirectGrant & { readonly kind: "parts" }> {
  const handle = await driver.begin(target, options);
  const chunks = { start: 0, end: target.plan?.count ?? 1 };
  const request = { chunks, completeBy: "client", ...(callbackUrl === undefined ? {} : { callbackUrl }) } as const;
  return (await driver.direct?.grant(handle, target, request, options)) as DirectGrant & { readonly kind: "parts" };
}

async function send(url: string, authorization: string, body: string): Promise<readonly [number, number]> {
  const answer = await fetch(url, { method: "POST", headers: { authorization }, body });
  return [answer.status, ((await answer.json()) as { code: number }).code];
}

describe("check", () => {
  const subjects = async (driver: StorageDriver): Promise<readonly string[]> =>
    ((await driver.check?.(options)) ?? []).map(({ severity, subject }) => `${severity} ${subject}`);

  test("a site behind a wall that drops all: the node waits longer for it than we for the node", async () => {
    const wall = createServer(() => {});
    await new Promise<void>((resolve) => wall.listen(0, "127.0.0.1", resolve));
    const siteUrl = `http://127.0.0.1:${(wall.address() as AddressInfo).port}`;
    expect(await subjects(make({ siteUrl, timeoutMs: 1000 }))).toEqual(["warning siteUrl"]);
    wall.closeAllConnections();
    await new Promise((resolve) => wall.close(resolve));
  });

  test.each<[string, () => StorageDriver, readonly string[]]>([
    ["nothing", () => make(), []],
    ["a clock that is a little ahead", () => make({}, 60_000), ["warning clock"]],
    ["a clock that is a little behind", () => make({}, -60_000), ["warning clock"]],
    ["a clock that is far ahead", () => make({}, 3_600_000), ["error clock"]],
    ["a clock that is far behind", () => make({}, -3_600_000), ["error clock"]],
    ["another key", () => make({ key: "x".repeat(64) }), ["error key"]],
    ["nobody there", () => make({ url: "http://127.0.0.1:9" }), ["error url"]],
    ["a site that cannot be reached", () => make({ siteUrl: "http://127.0.0.1:9" }), ["warning siteUrl"]],
    ["a site that is no master", () => make({ siteUrl: slave.url }), ["warning siteUrl"]],
  ])("finds %s", async (_name, driver, found) => {
    expect(await subjects(driver())).toEqual(found);
  });

  test("finds a server that is no node", async () => {
    const server = createServer((_request, response) => response.writeHead(404).end("nothing here"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await subjects(make({ url }))).toEqual(["error url"]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test("finds a node of another version", async () => {
    const server = createServer((_request, response) => response.end(JSON.stringify({ code: 0, data: "4.2.0" })));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const siteUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // No upload needs the same version: a gateway starts while the other is not upgraded yet.
    expect(await subjects(make({ siteUrl }))).toEqual(["warning version"]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("a credential", () => {
  test("is good for all chunks of its upload, and for nothing else", async () => {
    const driver = make();
    const [one, other] = [targetOf(10, 5), targetOf(10, 5)];
    const { requests, completion, vendor = {} } = await grantOf(driver, one);
    const { vendor: others = {} } = await grantOf(driver, other);
    expect([requests.length, completion]).toEqual([2, { by: "server" }]);
    const [first] = requests;
    expect(await send(first?.url ?? "", first?.headers["authorization"] ?? "", "first")).toEqual([200, 0]);
    const [at = "", credential = ""] = [vendor["upload_url"], vendor["credential"]];
    expect(first?.url).toBe(`${at}?chunk=0&status=http`);
    expect(await send(`${others["upload_url"]}?chunk=0&status=http`, credential, "other")).toEqual([401, 40071]);
    expect(await send(`${at}/complete`, credential, "")).toEqual([200, 40071]);
    expect(await send(`${slave.url}/api/v4/slave/ping`, credential, "{}")).toEqual([200, 40071]);
    expect(await send(`${at}?chunk=1`, credential, "later")).toEqual([200, 0]);
  });

  test("ends with its upload, as the node's clock has it", async () => {
    const target = { ...targetOf(10, 5), expiresAt: Date.now() + 3_600_000 };
    const expired = await nodeSigner([nodeKey]).signHeader(
      { path: `/api/v4/slave/upload/${target.sessionId}`, headers: {}, body: "" },
      Math.floor(Date.now() / 1000) - 1,
    );
    const { vendor = {}, requests } = await grantOf(make(), target);
    expect(requests[0]?.expiresAt).toBe(Math.floor(target.expiresAt / 1000) * 1000);
    expect(await send(`${vendor["upload_url"]}?chunk=0&status=http`, expired, "first")).toEqual([401, 40005]);
  });

  test("leads clients to where they reach the node", async () => {
    const { requests } = await grantOf(make({ directUrl: "https://near.example/" }), targetOf(5, 5));
    expect(requests[0]?.url).toMatch(/^https:\/\/near\.example\/api\/v4\/slave\/upload\//);
  });
});

test("with a callback the node completes by itself, and its callback passes; without one it waits", async () => {
  const told = new Promise<VendorCallback>((resolve) => {
    const master = createServer((request, response) => {
      const headers: Record<string, string> = {};
      for (const name of ["authorization", ...coveredHeaders]) {
        const value = request.headers[name];
        if (typeof value === "string") headers[name] = value;
      }
      resolve({ method: "POST", url: `http://${request.headers.host}${request.url}`, headers, body: new Uint8Array() });
      response.end(JSON.stringify({ code: 0, msg: "" }), () => master.close());
    });
    master.listen(0, "127.0.0.1", () => void upload(`http://127.0.0.1:${(master.address() as AddressInfo).port}/cb/x`));
  });
  const target = targetOf(10, 5);
  const driver = make();
  const upload = async (callbackUrl: string): Promise<void> => {
    const { requests, completion } = await grantOf(driver, target, callbackUrl);
    expect(completion).toEqual({ by: "backend" });
    for (const { url, headers } of requests)
      expect(await send(url, headers["authorization"] ?? "", "bytes")).toEqual([200, 0]);
  };
  const callback = await told;
  const handle = { v: 1, chunkSize: 5 };
  const verify = (changes: Partial<VendorCallback>, by = driver): Promise<void> | undefined =>
    by.direct?.verifyCallback?.(handle, target, { ...callback, ...changes }, options);
  await expect(verify({})).resolves.toBeUndefined();
  for (const changes of [
    { url: `${callback.url}x` },
    { headers: {} },
    { headers: { ...callback.headers, "x-cr-node-id": "7" } },
    { headers: { ...callback.headers, "x-cr-correlation-id": "7" } },
    { body: Buffer.from("more") },
  ])
    await expect(verify(changes)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(verify({}, make({ key: "x".repeat(64) }))).rejects.toMatchObject({
    details: { reason: "signature wrong" },
  });
  await expect(verify({}, make({}, 3_600_000))).rejects.toMatchObject({ details: { reason: "signature expired" } });
  const probed = await driver.sink(handle, target).probe(options);
  expect(probed).toMatchObject({ kind: "complete", object: { size: 10, checksum: { algorithm: "crc32" } } });
});

test("a callback goes where the node reaches us, whatever host the client asked for", async () => {
  const asked = new Promise<string>((resolve) => {
    const site = createServer((request, response) => {
      resolve(request.url ?? "");
      response.end(JSON.stringify({ code: 0, msg: "" }), () => site.close());
    });
    site.listen(0, "127.0.0.1", () => void upload(`http://127.0.0.1:${(site.address() as AddressInfo).port}`));
  });
  const upload = async (siteUrl: string): Promise<void> => {
    const { requests } = await grantOf(make({ siteUrl }), targetOf(5, 5), "http://elsewhere.invalid/api/v4/callback/x");
    const [first] = requests;
    await send(first?.url ?? "", first?.headers["authorization"] ?? "", "bytes");
  };
  expect(await asked).toBe("/api/v4/callback/x");
});

test("an upload goes on at a node that was killed and came back", async () => {
  const target = targetOf(10, 5);
  const driver = make();
  const sink = driver.sink(await driver.begin(target, options), target);
  const write = (index: number): ReturnType<typeof sink.write> => {
    const body = fromBytes(Buffer.from("bytes"));
    const isLast = index === 1;
    return sink.write({ offset: index * 5, index, isLast, whole: true, attempt: "a", body }, options);
  };
  const first = await write(0);
  const port = Number(new URL(slave.url).port);
  await slave.kill();
  await expect(write(1)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  await expect(driver.ping?.(options)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  slave = await startSlave(root, port);
  await expect(driver.ping?.(options)).resolves.toBeUndefined();
  expect(await sink.probe(options)).toEqual({ kind: "open", parts: [first] });
  const object = await sink.complete([first, await write(1)], options);
  expect(object).toEqual({ key: target.key, size: 10, checksum: { algorithm: "crc32", value: "YQH+IQ==" } });
  expect(await driver.objects?.stat(target.key, options)).toEqual(object);
});

test("a signed URL reads a file, with ranges, until its time is over", async () => {
  const driver = make();
  const key = `${crypto.randomUUID()}/ü #1?.txt`;
  await put(driver, { key, body: fromBytes(Buffer.from("0123456789")) });
  const url = (await driver.objects?.signRead?.(key, 60_000, options)) ?? "";
  expect(await (await fetch(url)).text()).toBe("0123456789");
  const part = await fetch(url, { headers: { range: "bytes=2-4" } });
  expect([part.status, await part.text()]).toEqual([206, "234"]);
  const old = (await driver.objects?.signRead?.(key, -60_000, options)) ?? "";
  expect((await fetch(old)).status).toBe(400);
  expect((await fetch(url.replace("sign=", "sign=x"))).status).toBe(400);
});

describe("a body that turns out wrong after its last byte", () => {
  test.each([1, 10, 300_000])("counts for nothing, and the right one takes its place (%d bytes)", async (size) => {
    const driver = make();
    const target = targetOf(size * 2, size);
    const sink = driver.sink(await driver.begin(target, options), target);
    const [wrong, right] = [new Uint8Array(size).fill(1), new Uint8Array(size).fill(2)];
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield wrong;
      // As the engine does where a digest differs.
      throw new UploadError("CHECKSUM_MISMATCH", "wrong", { offset: 0, algorithm: "sha256" });
    }
    const body = { size, oneShot: true, stream: failing };
    const chunk = { isLast: false, whole: true, attempt: "1" };
    await expect(sink.write({ ...chunk, offset: 0, index: 0, body }, options)).rejects.toMatchObject({
      code: "CHECKSUM_MISMATCH",
    });
    const receipts = [];
    for (const index of [0, 1])
      receipts.push(await sink.write({ ...chunk, offset: index * size, index, body: fromBytes(right) }, options));
    await sink.complete(receipts, options);
    const stored = await driver.objects?.read?.(target.key, null, options);
    const read = stored === undefined ? null : await bytes(stored, size * 2);
    expect(read === null ? null : Buffer.from(read).equals(Buffer.alloc(size * 2, 2))).toBe(true);
  });
});
