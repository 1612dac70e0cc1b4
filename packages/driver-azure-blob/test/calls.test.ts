import { randomUUID } from "node:crypto";
import { ContainerSASPermissions } from "@azure/storage-blob";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { byteBudget, fromBytes, fromStream, put, type Receipt } from "@stowage/core";
import { startAzurite, startFaultProxy } from "@stowage/servers";
import { blockSizes, mostUnsized } from "../src/block/block-size.js";
import { parseToken } from "../src/block/receipt-token.js";
import { azureBlob } from "../src/index.js";
import { containerOf, leftoversIn, readObject } from "./azure-fixture.js";
import { copyingService } from "./copying-service.js";
import { begin, bytesOf, calm, chunkSize, driverOn, failureOf, onceOnly, testRuntime } from "./scene.js";

const server = await startAzurite();
const proxy = await startFaultProxy(server.endpoint);
const container = containerOf(server);
const behindProxy = { ...server, serviceUrl: server.serviceUrl.replace(server.endpoint, proxy.endpoint) };
const driver = driverOn(behindProxy);
afterAll(async () => {
  await proxy.close();
  await server.close();
});
beforeEach(() => proxy.setRules([]));

const mib = 1024 * 1024;

async function callsOf(work: () => Promise<unknown>): Promise<number> {
  const before = proxy.requests();
  await work();
  return proxy.requests() - before;
}

describe("an upload through us", () => {
  test("takes as many calls as it has chunks, and one more", async () => {
    const content = bytesOf(5 * chunkSize + 17);
    const upload = await begin(driver, content.byteLength);
    expect(await callsOf(async () => upload.sink.complete(await upload.writeAll(), calm))).toBe(6 + 1);
    expect(await readObject(container, upload.target.key)).toEqual(Buffer.from(content));
    const { contentType } = await container.getBlobClient(upload.target.key).getProperties();
    expect(contentType).toBe("text/plain");
  });

  test("of no bytes is one call", async () => {
    const upload = await begin(driver, 0);
    expect(await callsOf(() => upload.sink.complete([], calm))).toBe(1);
    expect(await readObject(container, upload.target.key)).toEqual(Buffer.alloc(0));
  });

  test("cuts a large chunk into blocks, and its receipt names them", async () => {
    const content = Buffer.alloc(20 * mib + 5, "some bytes that repeat every now and then");
    const plan = { size: content.byteLength, chunkSize: content.byteLength, count: 1 };
    const upload = await begin(driver, content.byteLength, { plan });
    const chunk = { offset: 0, index: 0, isLast: true, whole: true, attempt: randomUUID(), body: onceOnly(content) };
    const receipt = await upload.sink.write(chunk, calm);
    expect(parseToken(receipt.token).sizes).toEqual([...Array.from({ length: 5 }, () => 4 * mib), 5]);
    expect(await upload.sink.probe(calm)).toEqual({ kind: "open", parts: [receipt] });
    await upload.sink.complete([receipt], calm);
    expect((await readObject(container, upload.target.key))?.length).toBe(content.byteLength);
    expect(content.equals((await readObject(container, upload.target.key)) ?? Buffer.alloc(0))).toBe(true);
  });

  test("sends a chunk of a usual size in one block", async () => {
    const content = Buffer.alloc(8 * mib, "as large as a policy's chunks are");
    const plan = { size: content.byteLength, chunkSize: content.byteLength, count: 1 };
    const upload = await begin(driver, content.byteLength, { plan });
    const chunk = { offset: 0, index: 0, isLast: true, whole: true, attempt: randomUUID(), body: onceOnly(content) };
    expect(await callsOf(() => upload.sink.write(chunk, calm))).toBe(1);
    await driver.abort(upload.handle, upload.target, calm);
  });

  test("makes smaller blocks where memory is short, and none is lost", async () => {
    const budget = byteBudget(mib);
    const scant = driverOn(behindProxy, {}, testRuntime({ memory: budget }));
    const content = Buffer.from(bytesOf(3 * mib + 5));
    const plan = { size: content.byteLength, chunkSize: content.byteLength, count: 1 };
    const upload = await begin(scant, content.byteLength, { plan });
    const chunk = { offset: 0, index: 0, isLast: true, whole: true, attempt: randomUUID() };
    // Somebody else has all but 100 bytes.
    await budget.take(mib - 100, calm);
    const receipt = await upload.sink.write({ ...chunk, body: fromBytes(content) }, calm);
    expect(new Set(parseToken(receipt.token).sizes.slice(0, -1))).toEqual(new Set([256 * 1024]));
    budget.give(mib - 100);
    const roomy = await upload.sink.write({ ...chunk, body: fromBytes(content) }, calm);
    expect(parseToken(roomy.token).sizes[0]).toBe(512 * 1024);
    await upload.sink.complete([receipt], calm);
    expect(content.equals((await readObject(container, upload.target.key)) ?? Buffer.alloc(0))).toBe(true);
    expect(budget.tryTake(mib)).toBe(true);
  });

  test("lets blocks pass that are too large to be held", async () => {
    // 4000 chunks in 50,000 blocks: twelve each, of 34 MiB; the first chunk's first block is looked at.
    const plan = { size: 4000 * 400 * mib, chunkSize: 400 * mib, count: 4000 };
    const { least } = blockSizes({ size: plan.size, plan }, 0, 64 * mib, null);
    expect(least).toBeGreaterThan(32 * mib);
    const upload = await begin(driver, plan.size, { plan, size: plan.size, key: "passing" });
    const content = Buffer.alloc(least + 10, "passing");
    const chunk = { offset: 0, index: 0, isLast: false, whole: true, attempt: randomUUID() };
    const receipt = await upload.sink.write({ ...chunk, body: onceOnly(content) }, calm);
    expect(parseToken(receipt.token).sizes).toEqual([least, 10]);
    const short = onceOnly(content.subarray(0, least - 1));
    const cut = { ...short, size: content.byteLength };
    expect(await failureOf(upload.sink.write({ ...chunk, body: cut }, calm))).toMatchObject({ code: "BODY_TRUNCATED" });
    await driver.abort(upload.handle, upload.target, calm);
  });

  test("that could never be committed is refused before it begins", async () => {
    const plan = { size: 60_000, chunkSize: 1, count: 60_000 };
    expect(await failureOf(begin(driver, 60_000, { plan }))).toMatchObject({ code: "PLAN_IMPOSSIBLE" });
    const size = 1024 ** 4;
    const unplanned = begin(driver, 1, { size, plan: null });
    expect(await failureOf(unplanned)).toMatchObject({ code: "PLAN_IMPOSSIBLE" });
    const unsized = await begin(driver, 1, { size: null, plan: null });
    const chunk = { offset: size, index: null, isLast: false, whole: false, attempt: "1", body: fromBytes(bytesOf(1)) };
    expect(await failureOf(unsized.sink.write(chunk, calm))).toMatchObject({ code: "OBJECT_TOO_LARGE" });
    // One body that grows beyond it.
    async function* growing(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 40; piece++) yield new Uint8Array(mib);
    }
    const last = { ...chunk, offset: mostUnsized - 10, body: fromStream(growing(), null) };
    expect(await failureOf(unsized.sink.write(last, calm))).toMatchObject({ code: "OBJECT_TOO_LARGE" });
    await driver.abort(unsized.handle, unsized.target, calm);
  });
});

describe("a broken body", () => {
  test.each([0, 10, 4 * mib, 8 * mib + 10])(
    "that need not be whole counts as far as it came: %d bytes",
    async (came) => {
      const size = 20 * mib;
      const upload = await begin(driver, size, { plan: null });
      const content = Buffer.alloc(size, "whatever");
      async function* stream(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < came; at += mib) yield content.subarray(at, Math.min(at + mib, came));
        throw new Error("the line broke");
      }
      const chunk = { offset: 0, index: null, isLast: true, whole: false, attempt: randomUUID() };
      const first = await upload.sink.write({ ...chunk, body: fromStream(stream(), size) }, calm);
      expect(first.size).toBe(came);
      const rest = { ...chunk, offset: came, attempt: randomUUID(), body: fromBytes(content.subarray(came)) };
      const second = await upload.sink.write(rest, calm);
      const probed = await upload.sink.probe(calm);
      expect(probed.kind === "open" && probed.parts).toEqual([first, second].filter((receipt) => receipt.size > 0));
      await upload.sink.complete([first, second], calm);
      expect(content.equals((await readObject(container, upload.target.key)) ?? Buffer.alloc(0))).toBe(true);
    },
  );
});

describe("a block that fails in passing", () => {
  test.each([
    ["an error of the service", { kind: "answer", status: 500, code: "InternalError" }],
    ["too many requests", { kind: "answer", status: 503, code: "ServerBusy", retryAfterSeconds: 1 }],
    ["a reset amid the body", { kind: "reset", bytes: 1000 }],
    ["an answer that was lost", { kind: "drop-answer" }],
    ["an answer that was cut", { kind: "truncate-answer", bytes: 0 }],
  ] as const)("is sent again from memory: %s", async (_, effect) => {
    const upload = await begin(driver, chunkSize);
    proxy.setRules([{ contains: "comp=block&", requests: [1, 2], effect }]);
    const receipt = await upload.write(0, onceOnly(upload.content));
    expect((await upload.sink.complete([receipt], calm)).size).toBe(chunkSize);
    expect(await readObject(container, upload.target.key)).toEqual(Buffer.from(upload.content));
  });

  test("for good is a typed error, and the process goes on", async () => {
    const upload = await begin(driver, chunkSize);
    const refusal = { kind: "answer", status: 403, code: "AuthorizationFailure" } as const;
    proxy.setRules([{ contains: "comp=block&", effect: refusal }]);
    const error = await failureOf(upload.write(0, onceOnly(upload.content)));
    expect(error).toMatchObject({ code: "BACKEND_DENIED", retry: "same" });
    proxy.setRules([{ contains: "comp=block&", effect: { kind: "reset", bytes: 0 } }]);
    expect(await failureOf(upload.write(0))).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  });

  test("amid a body of a silent sender ends the write at once", async () => {
    const upload = await begin(driver, 20 * mib, { plan: null });
    proxy.setRules([{ contains: "comp=block&", effect: { kind: "answer", status: 400, code: "InvalidInput" } }]);
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(9 * mib);
      await new Promise(() => {});
    }
    const body = fromStream(stream(), 20 * mib);
    const chunk = { offset: 0, index: null, isLast: true, whole: false, attempt: randomUUID(), body };
    const error = await failureOf(upload.sink.write(chunk, calm));
    expect(error).toMatchObject({ code: "BACKEND_REJECTED", details: { status: 400 } });
  });
});

describe("a completion", () => {
  test.each([
    ["whose answer was lost", { kind: "drop-answer" }],
    ["whose answer was cut", { kind: "truncate-answer", bytes: 0 }],
    ["that failed", { kind: "answer", status: 500, code: "InternalError" }],
    ["that was throttled", { kind: "answer", status: 503, code: "ServerBusy" }],
  ] as const)("%s comes to the same object", async (_, effect) => {
    const upload = await begin(driver, 2 * chunkSize);
    const receipts = await upload.writeAll();
    proxy.setRules([{ contains: "comp=blocklist", requests: [1], effect }]);
    const object = await upload.sink.complete(receipts, calm);
    expect(object).toEqual(await upload.sink.complete(receipts, calm));
    expect(await readObject(container, upload.target.key)).toEqual(Buffer.from(upload.content));
  });

  test("takes the bytes that were acknowledged, whatever came late for the same place", async () => {
    const upload = await begin(driver, 2 * chunkSize);
    const receipts = await upload.writeAll();
    await upload.write(0, fromBytes(bytesOf(chunkSize, 99)));
    await upload.sink.complete(receipts, calm);
    await upload.write(1, fromBytes(bytesOf(chunkSize, 98)));
    expect(await readObject(container, upload.target.key)).toEqual(Buffer.from(upload.content));
  });

  test("names what the service has dropped, and goes on when that was sent again", async () => {
    const upload = await begin(driver, 2 * chunkSize);
    const [first] = await upload.writeAll();
    const other = { offset: chunkSize, size: chunkSize, token: `${"A".repeat(11)}B:${chunkSize}` };
    const receipts = [first as Receipt, other];
    expect(await failureOf(upload.sink.complete(receipts, calm))).toMatchObject({
      code: "UPLOAD_INCOMPLETE",
      details: { missing: [{ start: chunkSize, end: 2 * chunkSize }] },
    });
    await upload.sink.complete([first as Receipt, await upload.write(1)], calm);
    expect(await readObject(container, upload.target.key)).toEqual(Buffer.from(upload.content));
  });

  test("of more blocks than an object may have is refused by us", async () => {
    const upload = await begin(driver, 50_001, { plan: null });
    const token = (at: number): string => `${at.toString().padStart(12, "A")}:1`;
    const receipts = Array.from({ length: 50_001 }, (_, offset) => ({ offset, size: 1, token: token(offset) }));
    expect(await failureOf(upload.sink.complete(receipts, calm))).toMatchObject({
      code: "BACKEND_REJECTED",
      details: { vendorCode: "BlockCountExceedsLimit" },
    });
  });
});

describe("what is stored already", () => {
  test("is copied within the service", async () => {
    const service = await copyingService(server);
    const copier = driverOn(service.server);
    await put(copier, { key: "source", body: fromBytes(bytesOf(2 * chunkSize)) });
    const source = await copier.objects?.read?.("source", { start: 10, end: chunkSize }, calm);
    if (source === undefined) throw new Error("no objects");
    await put(copier, { key: "copy", body: source });
    expect(service.copies()).toBe(1);
    expect(await readObject(container, "copy")).toEqual(Buffer.from(bytesOf(2 * chunkSize).subarray(10, chunkSize)));
    await service.close();
  });

  test("is sent where the service has no such call, and of another driver always", async () => {
    const source = await driver.objects?.read?.("source", null, calm);
    await put(driver, { key: "sent", body: source ?? fromBytes(bytesOf(0)) });
    expect(await readObject(container, "sent")).toEqual(Buffer.from(bytesOf(2 * chunkSize)));
    const theirs = { ...fromBytes(bytesOf(100, 2)), stored: { key: "source", range: { start: 0, end: 100 } } };
    await put(driver, { key: "theirs", body: theirs });
    expect(await readObject(container, "theirs")).toEqual(Buffer.from(bytesOf(100, 2)));
  });
});

test("an abort of what never began is two calls, and one that ended half-way is finished by the next", async () => {
  const upload = await begin(driver, chunkSize, { key: "ending" });
  expect(await callsOf(() => driver.abort(null, upload.target, calm))).toBe(2);
  await upload.write(0);
  // The empty blob is made, and cannot be removed.
  proxy.setRules([{ method: "DELETE", effect: { kind: "answer", status: 403, code: "AuthorizationFailure" } }]);
  expect(await failureOf(driver.abort(upload.handle, upload.target, calm))).toMatchObject({ code: "BACKEND_DENIED" });
  expect(await driver.objects?.stat("ending", calm)).toBeNull();
  proxy.setRules([]);
  await driver.abort(null, upload.target, calm);
  expect([await readObject(container, "ending"), await leftoversIn(container, "ending")]).toEqual([null, []]);
});

test("an abort whose empty blob was made, and the answer lost, leaves nothing", async () => {
  const upload = await begin(driver, chunkSize, { key: "emptied" });
  await upload.write(0);
  proxy.setRules([{ method: "PUT", contains: "comp=blocklist", requests: [1], effect: { kind: "drop-answer" } }]);
  await driver.abort(upload.handle, upload.target, calm);
  expect([await readObject(container, "emptied"), await leftoversIn(container, "emptied")]).toEqual([null, []]);
});

test.each(["text/plain; name=\u{1F388}", "text/plain; name=\u00e9", "a/b\r\nx: y", " a/b"])(
  "a content type that no header holds keeps nobody from completing: %j",
  async (contentType) => {
    const upload = await begin(driver, chunkSize, { contentType });
    await upload.sink.complete(await upload.writeAll(), calm);
    const stored = await container.getBlobClient(upload.target.key).getProperties();
    expect(stored.contentType).toBe("application/octet-stream");
  },
);

test("a SAS for the container does all but sign for others", async () => {
  const url = await container.generateSasUrl({
    permissions: ContainerSASPermissions.parse("rcwd"),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
  const { serviceUrl: endpoint, container: name } = server;
  const restricted = azureBlob({ container: name, endpoint, sas: new URL(url).search }, testRuntime());
  expect(restricted.direct).toBeUndefined();
  expect(Object.keys(restricted.objects ?? {})).toEqual(["stat", "read", "remove"]);
  expect(await restricted.check?.(calm)).toEqual([]);
  await put(restricted, { key: "by-sas", body: fromBytes(bytesOf(10)) });
  expect(await readObject(container, "by-sas")).toEqual(Buffer.from(bytesOf(10)));
});

test("an unreachable service is told without URL or keys", async () => {
  const nowhere = driverOn({ ...server, serviceUrl: "http://127.0.0.1:1/devstoreaccount1" });
  const upload = await begin(nowhere, chunkSize);
  const error = await failureOf(upload.write(0));
  expect(error).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  expect(JSON.stringify([error.message, error.details])).not.toMatch(/sig=|http:/);
});
