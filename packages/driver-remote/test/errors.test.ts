import { describe, expect, test } from "@jest/globals";
import { fromBytes, systemClock, UploadError } from "@stowage/core";
import type { ByteSource, HttpClient, StorageDriver, UploadTarget } from "@stowage/core";
import { remote } from "../src/index.js";

const key = "secret-of-master-and-node-0123456789";
const options = { signal: new AbortController().signal };
const target: UploadTarget = {
  sessionId: crypto.randomUUID(),
  key: `2026/${crypto.randomUUID()}`,
  size: 9,
  plan: { size: 9, chunkSize: 5, count: 2 },
  contentType: "text/plain",
  metadata: {},
  expiresAt: Date.now() + 3_600_000,
};
const handle = { v: 1, chunkSize: 5 };
const chunk = { offset: 0, index: 0, isLast: false, whole: true, attempt: "a", body: fromBytes(Buffer.from("bytes")) };

interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A driver whose node says always the same. */
function driverOf(said: Said | (() => never)): StorageDriver {
  const http: HttpClient = async ({ body }) => {
    if (body !== undefined) for await (const _ of body.stream());
    const { status = 200, headers = {}, body: text = "" } = typeof said === "function" ? said() : said;
    return { status, headers, body: fromBytes(Buffer.from(text)) };
  };
  return remote({ url: "https://node.example", key }, { http });
}

const code = (number: number): string => JSON.stringify({ code: number, msg: `of the node, ${key}`, data: key });

describe("what a node refuses", () => {
  test.each<[string, Said, string, string]>([
    ["another key", { body: code(40071) }, "BACKEND_DENIED", "same"],
    ["a signature that has expired", { body: code(40005) }, "BACKEND_DENIED", "same"],
    ["no signature", { body: code(403) }, "BACKEND_DENIED", "same"],
    ["another version", { body: code(40061) }, "BACKEND_DENIED", "same"],
    ["an upload that is not there", { status: 404, body: code(40011) }, "BACKEND_LOST_UPLOAD", "never"],
    ["something at the key", { body: code(40004) }, "OBJECT_EXISTS", "never"],
    ["another upload to the key", { body: code(40073) }, "OBJECT_EXISTS", "never"],
    ["a name", { body: code(40052) }, "NAME_REFUSED", "never"],
    ["a size", { body: code(40049) }, "OBJECT_TOO_LARGE", "never"],
    ["a used-up quota", { body: code(40051) }, "BACKEND_FULL", "same"],
    ["for want of room", { body: code(-1), headers: { "stowage-code": "BACKEND_FULL" } }, "BACKEND_FULL", "same"],
    ["other bytes", { body: code(40001), headers: { "stowage-code": "RANGE_OVERLAP" } }, "RANGE_OVERLAP", "never"],
    ["an older writer", { body: code(-1), headers: { "stowage-code": "SUPERSEDED" } }, "SUPERSEDED", "same"],
    ["while it is busy", { body: code(-1), headers: { "stowage-code": "SESSION_BUSY" } }, "BACKEND_THROTTLED", "same"],
    ["too many requests", { status: 429, body: code(-1) }, "BACKEND_THROTTLED", "same"],
    ["and may not again", { body: code(-1) }, "BACKEND_UNAVAILABLE", "after-probe"],
    ["for good", { body: code(50004) }, "BACKEND_REJECTED", "never"],
    ["what a proxy answers", { status: 502, body: "<h1>Bad Gateway</h1>" }, "BACKEND_UNAVAILABLE", "after-probe"],
    ["what is no answer", { body: "welcome" }, "BACKEND_UNAVAILABLE", "after-probe"],
    ["half an answer", { body: '{"code":0,' }, "BACKEND_UNAVAILABLE", "after-probe"],
  ])("%s", async (_name, said, wanted, retry) => {
    const error = await failureOf(driverOf(said).sink(handle, target).write(chunk, options));
    expect([error.code, error.retry]).toEqual([wanted, retry]);
    expect(`${error.message} ${JSON.stringify(error.details)}`).not.toContain(key);
  });

  test("how long to wait is told", async () => {
    const said = { status: 429, headers: { "retry-after": "7" }, body: code(-1) };
    const error = await failureOf(driverOf(said).sink(handle, target).write(chunk, options));
    expect(error.details).toMatchObject({ retryAfterMs: 7000 });
  });

  test.each([
    [400, "BACKEND_DENIED"],
    [403, "BACKEND_DENIED"],
    [429, "BACKEND_THROTTLED"],
    [500, "BACKEND_UNAVAILABLE"],
    [418, "BACKEND_REJECTED"],
  ])("a file, by HTTP %d", async (status, wanted) => {
    const { objects } = driverOf({ status });
    expect((await failureOf(objects?.stat(target.key, options))).code).toBe(wanted);
    const read = async (): Promise<unknown> => objects?.read?.(target.key, null, options);
    expect((await failureOf(read())).code).toBe(wanted);
  });

  test("a file that is not there is none", async () => {
    expect(await driverOf({ status: 404 }).objects?.stat(target.key, options)).toBeNull();
    const headers = { "stowage-code": "ENTRY_NOT_FOUND" };
    expect(await driverOf({ status: 400, headers }).objects?.stat(target.key, options)).toBeNull();
  });

  test("opening once more is harmless, so a lost answer may be asked for again", async () => {
    const gone = (): never => {
      const details = { driver: "http" };
      throw new UploadError("BACKEND_UNAVAILABLE", "no answer", details, { retry: "after-probe" });
    };
    const error = await failureOf(driverOf(gone).begin(target, options));
    expect([error.code, error.retry]).toEqual(["BACKEND_UNAVAILABLE", "same"]);
  });

  test("bytes that a node acknowledged and does not have are a lost upload", async () => {
    const said = { body: code(40055), headers: { "stowage-code": "UPLOAD_INCOMPLETE" } };
    const receipts = [{ offset: 0, size: 9, token: "" }];
    const error = await failureOf(driverOf(said).sink(handle, target).complete(receipts, options));
    expect(error.code).toBe("BACKEND_LOST_UPLOAD");
  });
});

describe("a node that says nothing", () => {
  const hung: HttpClient = (_request, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  const make = (): StorageDriver => remote({ url: "http://node.example", key, timeoutMs: 100 }, { http: hung });

  test.each<[string, (driver: StorageDriver) => Promise<unknown> | undefined]>([
    ["begin", (driver) => driver.begin(target, options)],
    ["probe", (driver) => driver.sink(handle, target).probe(options)],
    ["abort", (driver) => driver.abort(null, target, options)],
    ["stat", (driver) => driver.objects?.stat(target.key, options)],
    ["remove", (driver) => driver.objects?.remove(target.key, options)],
    ["ping", (driver) => driver.ping?.(options)],
  ])("%s does not wait for it", async (_name, call) => {
    const error = await failureOf(call(make()));
    expect([error.code, error.message]).toEqual(["BACKEND_UNAVAILABLE", "the node said nothing for 100 ms"]);
  });

  test("a chunk takes as long as it takes, and ends with its signal", async () => {
    const stop = new AbortController();
    let isOver = false;
    const writing = failureOf(make().sink(handle, target).write(chunk, stop)).finally(() => (isOver = true));
    await systemClock.sleep(300, options.signal);
    expect(isOver).toBe(false);
    stop.abort(new UploadError("INTERRUPTED", "that is enough", { reason: "test" }));
    expect((await writing).code).toBe("INTERRUPTED");
  });
});

test("what a body throws comes back as it is", async () => {
  const broken: ByteSource = {
    size: 5,
    oneShot: true,
    stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new TypeError("of the body")) }) }),
  };
  const writing = driverOf({})
    .sink(handle, target)
    .write({ ...chunk, body: broken }, options);
  await expect(writing).rejects.toThrow("of the body");
});

async function failureOf(call: Promise<unknown> | undefined): Promise<UploadError> {
  return (call ?? Promise.resolve()).then(
    () => {
      throw new Error("it succeeded");
    },
    (error: unknown) => error as UploadError,
  );
}
