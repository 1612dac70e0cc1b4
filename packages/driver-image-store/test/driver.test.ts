import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { fromBytes, put } from "@stowage/core";
import type { ChunkSink, Receipt, StorageDriver, UploadTarget } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import { imageStore } from "../src/index.js";
import type { ImageStoreOptions } from "../src/index.js";
import { startGateway } from "./fabric-gateway.js";
import type { FabricGateway } from "./fabric-gateway.js";

const token = "secret-token-of-the-cluster";
const options = { signal: new AbortController().signal };
let gateway: FabricGateway;
beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.close());

const make = (changes: Partial<ImageStoreOptions> = {}): StorageDriver =>
  imageStore({ endpoint: gateway.url, token, ...changes }, nodeRuntime());

const whole = Buffer.from("the bytes of one object");
function targetOf(size = whole.length, plan: UploadTarget["plan"] = null): UploadTarget {
  const [sessionId, key] = [crypto.randomUUID(), `2026/${crypto.randomUUID()}`];
  return { sessionId, key, size, plan, contentType: "a/b", metadata: {}, expiresAt: Date.now() + 1e6 };
}

async function open(driver: StorageDriver, target: UploadTarget): Promise<ChunkSink> {
  return driver.sink(await driver.begin(target, options), target);
}

function write(sink: ChunkSink, start: number, end: number, bytes = whole.subarray(start, end)): Promise<Receipt> {
  const isLast = end === whole.length;
  const chunk = { offset: start, index: null, isLast, whole: false, attempt: "a", body: fromBytes(bytes) };
  return sink.write(chunk, options);
}

test("a chunk whose answer was lost is taken when it comes again, also by a server that refuses it", async () => {
  const driver = make();
  const sink = await open(driver, targetOf());
  gateway.loseAnswer("PUT UploadChunk");
  await expect(write(sink, 0, 9)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE", retry: "after-probe" });
  expect(await write(sink, 0, 9)).toEqual({ offset: 0, size: 9, token: "" });
  expect(gateway.seen).toEqual(["PUT UploadChunk", "PUT UploadChunk", "GET GetUploadSession"]);
});

test("a chunk that reaches over bytes that are there is refused", async () => {
  const sink = await open(make(), targetOf());
  await write(sink, 0, 9);
  await expect(write(sink, 5, 12)).rejects.toMatchObject({ code: "BACKEND_REJECTED" });
});

test("a commit whose answer was lost is found out", async () => {
  const target = targetOf();
  const sink = await open(make(), target);
  const receipts = [await write(sink, 0, whole.length)];
  gateway.loseAnswer("POST CommitUploadSession");
  await expect(sink.complete(receipts, options)).rejects.toMatchObject({ retry: "after-probe" });
  expect(await sink.complete(receipts, options)).toEqual({ key: target.key, size: whole.length });
  expect(gateway.seen.filter((name) => name.startsWith("POST"))).toHaveLength(1);
});

test("an empty file whose answer was lost is found out", async () => {
  const target = targetOf(0);
  const sink = await open(make(), target);
  gateway.loseAnswer("PUT content");
  await expect(sink.complete([], options)).rejects.toMatchObject({ retry: "after-probe" });
  expect(await sink.complete([], options)).toEqual({ key: target.key, size: 0 });
  expect(await sink.probe(options)).toEqual({ kind: "complete", object: { key: target.key, size: 0 } });
});

test("a session that the server forgot is a lost upload", async () => {
  const sink = await open(make(), targetOf());
  const receipts = [await write(sink, 0, 9), await write(sink, 9, whole.length)];
  gateway.sessions.clear();
  await expect(sink.complete(receipts, options)).rejects.toMatchObject({ code: "BACKEND_LOST_UPLOAD" });
  await write(sink, 0, 9);
  await expect(sink.complete(receipts, options)).rejects.toMatchObject({ code: "BACKEND_LOST_UPLOAD" });
  expect([...gateway.files.keys()]).toEqual([]);
});

test("probe lists the chunks of a plan, and none where there is no plan", async () => {
  const plan = { size: whole.length, chunkSize: 5, count: 5 };
  const planned = await open(make(), targetOf(whole.length, plan));
  await write(planned, 0, 5);
  await write(planned, 10, 15);
  await write(planned, 20, whole.length);
  const parts = [0, 10, 20].map((offset) => ({ offset, size: Math.min(5, whole.length - offset), token: "" }));
  expect(await planned.probe(options)).toEqual({ kind: "open", parts });
  const free = await open(make(), targetOf());
  await write(free, 0, 5);
  expect(await free.probe(options)).toEqual({ kind: "open", parts: null });
});

test("objects go to the folder of the options", async () => {
  await put(make({ folder: "App/Stowage" }), { key: "a/b c.bin", body: fromBytes(whole) });
  expect(gateway.files.get("App\\Stowage\\a\\b c.bin")).toEqual(whole);
});

test.each([
  [401, "E_ACCESSDENIED", "BACKEND_DENIED", "same"],
  [403, "E_ACCESSDENIED", "BACKEND_DENIED", "same"],
  [503, "FABRIC_E_SERVICE_TOO_BUSY", "BACKEND_THROTTLED", "same"],
  [429, "", "BACKEND_THROTTLED", "same"],
  [504, "FABRIC_E_TIMEOUT", "BACKEND_UNAVAILABLE", "after-probe"],
  [500, "E_FAIL", "BACKEND_UNAVAILABLE", "after-probe"],
  [507, "E_FAIL", "BACKEND_FULL", "same"],
  [400, "FABRIC_E_INVALID_UPLOAD_SESSION_ID", "BACKEND_LOST_UPLOAD", "never"],
  [400, "E_INVALIDARG", "BACKEND_REJECTED", "never"],
  [413, "FABRIC_E_VALUE_TOO_LARGE", "BACKEND_REJECTED", "never"],
])("%i %s becomes %s, worth trying %s", async (status, code, expected, retry) => {
  gateway.fail({ status, code });
  const sink = await open(make(), targetOf());
  await expect(write(sink, 0, 9)).rejects.toMatchObject({ code: expected, retry });
});

test("the server's own codes tell more than its status", async () => {
  const sink = await open(make(), targetOf());
  gateway.fail({ status: 413, code: "FABRIC_E_VALUE_TOO_LARGE", headers: { "stowage-code": "QUOTA_EXCEEDED" } });
  await expect(write(sink, 0, 9)).rejects.toMatchObject({ code: "BACKEND_FULL" });
  const code = "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE";
  gateway.fail({ status: 400, code, headers: { "stowage-code": "RANGE_OVERLAP" } });
  await expect(write(sink, 0, 9)).rejects.toMatchObject({ code: "RANGE_OVERLAP" });
  gateway.fail({ status: 503, code: "", headers: { "retry-after": "7" } });
  await expect(write(sink, 0, 9)).rejects.toMatchObject({ details: { retryAfterMs: 7_000 } });
  gateway.fail(null);
  await write(sink, 0, 9);
});

test("check names what has to be mended", async () => {
  const subjects = async (driver: StorageDriver): Promise<unknown> =>
    (await driver.check?.(options))?.map(({ severity, subject }) => [severity, subject]);
  expect(await subjects(make())).toEqual([]);
  expect(await subjects(make({ token: "wrong" }))).toEqual([["error", "credentials"]]);
  expect(await subjects(make({ apiVersion: "5.0" }))).toEqual([["error", "apiVersion"]]);
  expect(await subjects(make({ endpoint: gateway.url.replace("/ImageStore", "") }))).toEqual([["error", "endpoint"]]);
  gateway.fail({ status: 500, code: "E_FAIL" });
  expect(await subjects(make())).toEqual([["error", "endpoint"]]);
  const away = make({ endpoint: "http://127.0.0.1:1/ImageStore" });
  expect(await subjects(away)).toEqual([["error", "endpoint"]]);
});

test("credentials of any kind go out in fields of the options", async () => {
  const headers = { authorization: `Bearer ${token}` };
  const driver = imageStore({ endpoint: gateway.url, headers }, nodeRuntime());
  expect(await driver.check?.(options)).toEqual([]);
  expect(await make({ headers: { Authorization: "Basic other" } }).check?.(options)).toEqual([]);
});

test.each([
  [{ endpoint: "ftp://host/ImageStore" }, "endpoint"],
  [{ endpoint: "http://user:word@host/ImageStore" }, "endpoint"],
  [{ endpoint: "http://host/ImageStore?x=1" }, "endpoint"],
  [{ folder: "../up" }, "folder"],
  [{ folder: "a//b" }, "folder"],
  [{ folder: "\ud800" }, "folder"],
  [{ token: "two\nlines" }, "token"],
  [{ headers: { "Content-Range": "bytes 0-1/2" } }, "headers"],
  [{ maxChunk: 0 }, "maxChunk"],
  [{ timeout: 0 }, "timeout"],
])("wrong options are named: %j", (wrong, subject) => {
  expect(() => make(wrong)).toThrow(subject);
});

test.each(["a\\b", "a/../b", "/a", "a//b", "", "x".repeat(256), `${"x/".repeat(600)}y`])(
  "the key %p is refused",
  async (key) => {
    await expect(make().begin({ ...targetOf(), key }, options)).rejects.toMatchObject({ code: "NAME_REFUSED" });
  },
);
