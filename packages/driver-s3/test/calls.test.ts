import { setTimeout as breathe } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { byteBudget, fromBytes, put, type Receipt } from "@stowage/core";
import { nativeDigest } from "@stowage/core/node";
import { startS3Simulator } from "@stowage/servers";
import { s3 } from "../src/index.js";
import { begin, bytesOf, calm, driverOn, failureOf, onceOnly, partSize, testRuntime } from "./scene.js";
import { clientOf, readObject } from "./store-fixture.js";

const simulator = await startS3Simulator({ minPartSize: partSize });
const client = clientOf(simulator);
const driver = driverOn(simulator);
afterAll(async () => {
  client.destroy();
  await driver.close?.();
  await simulator.close();
});
beforeEach(async () => {
  await simulator.setFaults([]);
  await simulator.forgetCalls();
});

function withCrc(receipt: Receipt, bytes: Uint8Array): Receipt {
  const digest = nativeDigest("crc32");
  digest.update(bytes);
  return { ...receipt, checksum: { algorithm: "crc32", value: digest.value() } };
}

describe("an upload through us", () => {
  test("takes as many calls as it has parts, and two more", async () => {
    const content = bytesOf(5 * partSize + 17);
    await put(driver, { key: "whole", body: onceOnly(content) });
    expect(await simulator.calls()).toEqual({ CreateMultipartUpload: 1, UploadPart: 6, CompleteMultipartUpload: 1 });
    expect(await readObject(client, simulator.bucket, "whole")).toEqual(Buffer.from(content));
  });

  test("carries its type, and its checksum is the store's own", async () => {
    const upload = await begin(driver, 2 * partSize);
    const receipts = await upload.writeAll();
    const object = await upload.sink.complete(receipts, calm);
    const digest = nativeDigest("crc32");
    digest.update(upload.content);
    expect(object.checksum).toEqual({ algorithm: "crc32", value: digest.value() });
    expect(await driver.objects?.stat(upload.target.key, calm)).toEqual(object);
    const answer = await fetch((await driver.objects?.signRead?.(upload.target.key, 60_000, calm)) ?? "");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain"]);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(upload.content);
  });
});

describe("what is stored already", () => {
  test("is copied within the store", async () => {
    await put(driver, { key: "source", body: fromBytes(bytesOf(2 * partSize)) });
    await simulator.forgetCalls();
    const source = await driver.objects?.read?.("source", { start: 0, end: partSize }, calm);
    if (source === undefined) throw new Error("no objects");
    await put(driver, { key: "copy", body: source });
    expect(await simulator.calls()).toMatchObject({ UploadPartCopy: 1, CompleteMultipartUpload: 1 });
    expect(await readObject(client, simulator.bucket, "copy")).toEqual(
      Buffer.from(bytesOf(2 * partSize).subarray(0, partSize)),
    );
  });

  test("of another driver is sent, whatever lies at the same key here", async () => {
    await put(driver, { key: "shared", body: fromBytes(bytesOf(100, 1)) });
    const theirs = { ...fromBytes(bytesOf(100, 2)), stored: { key: "shared", range: { start: 0, end: 100 } } };
    await put(driver, { key: "theirs", body: theirs });
    expect(await readObject(client, simulator.bucket, "theirs")).toEqual(Buffer.from(bytesOf(100, 2)));
    expect((await simulator.calls()).UploadPartCopy).toBeUndefined();
  });
});

describe("a part that fails in passing", () => {
  test.each([
    ["an error of the store", { kind: "error", status: 500, code: "InternalError" }],
    ["too many requests", { kind: "error", status: 503, code: "SlowDown", retryAfterSeconds: 1 }],
    ["a reset before", { kind: "reset", when: "before" }],
    ["a reset amid the body", { kind: "reset", when: "amid", bytes: 1000 }],
    ["an answer that was lost", { kind: "reset", when: "after" }],
  ] as const)("is sent again from memory: %s", async (_, effect) => {
    await simulator.setFaults([{ operation: "UploadPart", calls: [1, 2], effect }]);
    const upload = await begin(driver, partSize);
    const receipt = await upload.write(0, onceOnly(upload.content));
    expect((await upload.sink.complete([receipt], calm)).size).toBe(partSize);
    expect((await simulator.calls()).UploadPart).toBe(3);
  });

  test("is not sent again where it streamed, and the advice says what may be done", async () => {
    const streaming = driverOn(simulator, {}, testRuntime({ memory: byteBudget(0) }));
    const upload = await begin(streaming, partSize);
    await simulator.setFaults([
      {
        operation: "UploadPart",
        calls: [1],
        effect: { kind: "error", status: 503, code: "SlowDown", retryAfterSeconds: 7 },
      },
    ]);
    const error = await failureOf(upload.write(0, onceOnly(upload.content)));
    expect(error).toMatchObject({ code: "BACKEND_THROTTLED", retry: "same", details: { retryAfterMs: 7000 } });
    expect((await simulator.calls()).UploadPart).toBe(1);
    await streaming.close?.();
  });

  test("is told where the store wants a longer rest", async () => {
    const effect = { kind: "error", status: 503, code: "SlowDown", retryAfterSeconds: 60 } as const;
    await simulator.setFaults([{ operation: "UploadPart", effect }]);
    const upload = await begin(driver, partSize);
    const error = await failureOf(upload.write(0));
    expect(error).toMatchObject({ code: "BACKEND_THROTTLED", details: { retryAfterMs: 60_000 } });
    expect((await simulator.calls()).UploadPart).toBe(1);
  });
});

describe("a begin", () => {
  test("that nobody answered is not made again, and what it began is found by its key", async () => {
    await simulator.setFaults([{ operation: "CreateMultipartUpload", effect: { kind: "reset", when: "after" } }]);
    const error = await failureOf(begin(driver, partSize, { key: "lost-begin" }));
    expect(error).toMatchObject({ code: "BACKEND_UNAVAILABLE", retry: "after-probe" });
    expect((await simulator.leftovers()).uploads.map(({ key }) => key)).toContain("lost-begin");
    const upload = await begin(driver, partSize, { key: "lost-begin-not" }).catch(() => null);
    expect(upload).toBeNull();
    await simulator.setFaults([]);
    const target = { ...(await begin(driver, partSize)).target, key: "lost-begin" };
    await driver.abort(null, target, calm);
    const left = (await simulator.leftovers()).uploads.map(({ key }) => key);
    expect(left).not.toContain("lost-begin");
    expect(left).toContain("lost-begin-not");
  });
});

describe("a completion", () => {
  test.each([
    ["whose answer was lost", { kind: "reset", when: "after" }],
    ["whose answer was cut", { kind: "truncate", bytes: 40 }],
    ["that failed behind 200", { kind: "error-in-200", code: "InternalError" }],
    ["that took its time behind 200", { kind: "slow-200", ms: 100 }],
    ["that was throttled", { kind: "error", status: 503, code: "SlowDown" }],
  ] as const)("%s comes to the same object", async (_, effect) => {
    const upload = await begin(driver, 2 * partSize);
    const receipts = await upload.writeAll();
    await simulator.setFaults([{ operation: "CompleteMultipartUpload", calls: [1], effect }]);
    const object = await upload.sink.complete(receipts, calm).catch(() => upload.sink.complete(receipts, calm));
    expect(object).toEqual(await upload.sink.complete(receipts, calm));
    expect(await readObject(client, simulator.bucket, upload.target.key)).toEqual(Buffer.from(upload.content));
  });

  test("asks once where a part is not the one that was acknowledged, and takes what came directly", async () => {
    const generic = driverOn(simulator, { preset: "generic" });
    const upload = await begin(generic, 2 * partSize);
    const receipts = await upload.writeAll();
    const other = bytesOf(partSize, 99);
    await upload.write(0, fromBytes(other));
    await upload.sink.complete(receipts, calm);
    expect((await simulator.calls()).ListParts).toBe(1);
    const stored = await readObject(client, simulator.bucket, upload.target.key);
    expect(stored?.subarray(0, partSize)).toEqual(Buffer.from(other));
    await generic.close?.();
  });

  test("refuses other bytes in place of those that we acknowledged, at a store that proves nothing", async () => {
    const generic = driverOn(simulator, { preset: "generic" });
    const upload = await begin(generic, 2 * partSize);
    const receipts = (await upload.writeAll()).map((receipt) =>
      withCrc(receipt, upload.content.subarray(receipt.offset, receipt.offset + receipt.size)),
    );
    await upload.write(0, fromBytes(bytesOf(partSize, 99)));
    const error = await failureOf(upload.sink.complete(receipts, calm));
    expect(error).toMatchObject({
      code: "UPLOAD_INCOMPLETE",
      details: { missing: [{ start: 0, end: partSize }] },
    });
    // The same bytes again, and it completes.
    const again = withCrc(await upload.write(0), upload.content.subarray(0, partSize));
    await upload.sink.complete([again, ...receipts.slice(1)], calm);
    expect(await readObject(client, simulator.bucket, upload.target.key)).toEqual(Buffer.from(upload.content));
    await generic.close?.();
  });

  test("refuses them by the CRC of the whole object at one that proves it", async () => {
    const upload = await begin(driver, 2 * partSize);
    const receipts = (await upload.writeAll()).map((receipt) =>
      withCrc(receipt, upload.content.subarray(receipt.offset, receipt.offset + receipt.size)),
    );
    await upload.write(0, fromBytes(bytesOf(partSize, 99)));
    expect(await failureOf(upload.sink.complete(receipts, calm))).toMatchObject({
      code: "CHECKSUM_MISMATCH",
      retry: "never",
    });
    expect(await readObject(client, simulator.bucket, upload.target.key)).toBeNull();
  });
});

test("bytes that come late between copy and completion are written over again", async () => {
  const upload = await begin(driver, 2 * partSize);
  const handle = await driver.fence?.(upload.handle, upload.target, calm);
  if (handle === undefined) throw new Error("no fence");
  const sink = driver.sink(handle, upload.target);
  const receipts: Receipt[] = [];
  for (const index of [0, 1]) {
    const body = fromBytes(upload.content.subarray(index * partSize, (index + 1) * partSize));
    const chunk = { offset: index * partSize, index, isLast: index === 1, whole: true, attempt: "2" };
    receipts.push(await sink.write({ ...chunk, body }, calm));
  }
  const effect = { kind: "delay", ms: 400, when: "before" } as const;
  await simulator.setFaults([{ operation: "CompleteMultipartUpload", calls: [1], effect }]);
  const completion = sink.complete(receipts, calm);
  while ((await simulator.calls()).CompleteMultipartUpload === undefined) await breathe(5);
  await upload.write(0, fromBytes(bytesOf(partSize, 99)));
  await completion;
  expect(await simulator.calls()).toMatchObject({ CompleteMultipartUpload: 2, UploadPartCopy: 4, ListParts: 1 });
  expect(await readObject(client, simulator.bucket, upload.target.key)).toEqual(Buffer.from(upload.content));
});

test.each(["aws", "minio", "ceph"] as const)(
  "a completion with chunks kept aside is the same done twice: %s",
  async (preset) => {
    const fencing = driverOn(simulator, { preset });
    const upload = await begin(fencing, 2 * partSize);
    const first = await upload.write(0);
    const handle = await fencing.fence?.(upload.handle, upload.target, calm);
    if (handle === undefined) throw new Error("no fence");
    const sink = fencing.sink(handle, upload.target);
    const body = fromBytes(upload.content.subarray(partSize));
    const chunk = { offset: partSize, index: 1, isLast: true, whole: true, attempt: "2" };
    const receipts = [first, await sink.write({ ...chunk, body }, calm)];
    // The object is made, and its chunks cannot be removed: whoever called tries again.
    await simulator.setFaults([{ operation: "DeleteObject", effect: { kind: "error", status: 500, code: "Odd" } }]);
    expect(await failureOf(sink.complete(receipts, calm))).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    await simulator.setFaults([]);
    const object = await sink.complete(receipts, calm);
    expect(await sink.complete(receipts, calm)).toEqual(object);
    expect(await readObject(client, simulator.bucket, upload.target.key)).toEqual(Buffer.from(upload.content));
    await fencing.close?.();
  },
);

test("a copy that is refused is the last one", async () => {
  const count = 24;
  const upload = await begin(driver, count * partSize);
  const handle = await driver.fence?.(upload.handle, upload.target, calm);
  if (handle === undefined) throw new Error("no fence");
  const sink = driver.sink(handle, upload.target);
  const receipts: Receipt[] = [];
  for (let index = 0; index < count; index++) {
    const body = fromBytes(upload.content.subarray(index * partSize, (index + 1) * partSize));
    const chunk = { offset: index * partSize, index, isLast: index === count - 1, whole: true, attempt: "2" };
    receipts.push(await sink.write({ ...chunk, body }, calm));
  }
  const effect = { kind: "error", status: 403, code: "AccessDenied" } as const;
  await simulator.setFaults([{ operation: "UploadPartCopy", calls: [1], effect }]);
  expect(await failureOf(sink.complete(receipts, calm))).toMatchObject({ code: "BACKEND_DENIED" });
  await breathe(200);
  // Those that were under way with it, and at most the next of each.
  expect((await simulator.calls()).UploadPartCopy).toBeLessThan(12);
  await driver.abort(handle, upload.target, calm);
});

test("a probe lists every page of a thousand parts", async () => {
  const tiny = await startS3Simulator({ minPartSize: 1 });
  const many = driverOn(tiny, { part: { minSize: 1, maxSize: 1 } });
  const count = 1003;
  const target = { size: count, plan: { size: count, chunkSize: 1, count }, key: "many" };
  const upload = await begin(many, count, target);
  const receipts: Receipt[] = [];
  for (let index = 0; index < count; index++) {
    const chunk = { offset: index, index, isLast: index === count - 1, whole: true, attempt: "1" };
    receipts.push(await upload.sink.write({ ...chunk, body: fromBytes(Uint8Array.of(index % 256)) }, calm));
  }
  expect(await upload.sink.probe(calm)).toEqual({ kind: "open", parts: receipts });
  expect((await tiny.calls()).ListParts).toBe(2);
  await upload.sink.complete(receipts, calm);
  await many.close?.();
  await tiny.close();
}, 60_000);

test("without credentials of its own the driver finds those of the environment", async () => {
  const before = { ...process.env };
  process.env["AWS_ACCESS_KEY_ID"] = simulator.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = simulator.secretAccessKey;
  try {
    const { endpoint, bucket, region } = simulator;
    const chained = s3({ endpoint, bucket, region, preset: "aws", addressing: "path" }, testRuntime());
    await put(chained, { key: "by-environment", body: fromBytes(bytesOf(10)) });
    expect(await readObject(client, bucket, "by-environment")).toEqual(Buffer.from(bytesOf(10)));
    await chained.close?.();
  } finally {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

test("an unreachable store is told without URL or keys", async () => {
  const nowhere = driverOn({ ...simulator, endpoint: "http://127.0.0.1:1" });
  const error = await failureOf(begin(nowhere, partSize));
  expect(error).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  expect(JSON.stringify([error.message, error.details])).not.toMatch(/Signature|Credential|AKIA/);
  await nowhere.close?.();
});
