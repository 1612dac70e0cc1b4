import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { fromBytes } from "@stowage/core";
import { slavePaths } from "@stowage/cloudreve-wire";
import { content, node, openSlave, signer, uploadOf } from "./slave-site.js";
import type { SlaveSiteOptions, SlaveTestSite } from "./slave-site.js";
import { startMaster } from "./master.js";
import type { TestMaster } from "./master.js";

const { sessionId, savePath } = uploadOf({});
const secret = "S3cr3tS3cr3tS3cr3tS3cr3tS3cr3t00";
const whole = content(25);

let site: SlaveTestSite;
let master: TestMaster;
const lines: string[] = [];
const log = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
const settings: SlaveSiteOptions = {
  store: "sqlite",
  log: { debug: log, info: log, warn: log, error: log },
  slave: { callbackTimeoutMs: 1000, callbackWaitMs: 1000, rescanMs: 100 },
};
beforeEach(async () => {
  lines.length = 0;
  master = await startMaster();
  site = await openSlave(settings);
});
afterEach(async () => {
  await site.close();
  await master.close();
  // Whatever happened, no secret is in a log.
  expect(lines.join("\n")).not.toContain(secret);
});

const callback = (): string => `${master.url}/api/v4/callback/remote/${sessionId}/${secret}`;
const send = (indices: readonly number[]) =>
  Promise.all(indices.map((index) => site.chunk(sessionId, index, whole.subarray(index * 10, index * 10 + 10))));
const codes = async (replies: ReturnType<typeof send>) => (await replies).map(({ code }) => code);
const stateOf = async () => (await site.signed("GET", slavePaths.session(sessionId))).data.state;
const callbackState = async (): Promise<unknown> => {
  const [session] = await site.engine.as(node).sessions({ limit: 1 });
  const wire = session?.wire as { readonly callback: { readonly state: string } | null } | undefined;
  return wire?.callback?.state;
};
const until = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const someTime = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

test("the master hears of a whole file once, before the last chunk's answer, signed with the node's key", async () => {
  await site.open({ callback: callback() });
  expect(await codes(send([2, 1]))).toEqual([0, 0]);
  expect(master.heard).toEqual([]);
  expect(await codes(send([0]))).toEqual([0]);
  expect(master.heard).toHaveLength(1);
  const [heard] = master.heard;
  const path = `/api/v4/callback/remote/${sessionId}/${secret}`;
  expect(heard).toMatchObject({ method: "POST", path, length: 0 });
  const now = Math.floor(Date.now() / 1000);
  const request = { path, headers: {}, body: "" };
  expect(await signer.verifyHeader(request, heard?.authorization, now)).toBe("valid");
  expect(await signer.verifyHeader(request, heard?.authorization, now + 700)).toBe("expired");
  expect(await callbackState()).toBe("delivered");
  // Said once: not by a chunk that comes again, by the next look into the store, or after a restart.
  expect(await codes(send([0, 2]))).toEqual([0, 0]);
  await site.restart();
  await someTime();
  expect(master.heard).toHaveLength(1);
});

test("a master that is down: the upload is a success, and told when the master pings again", async () => {
  const port = Number(new URL(master.url).port);
  const url = callback();
  await master.close();
  await site.open({ callback: url });
  expect(await codes(send([0, 1, 2]))).toEqual([0, 0, 0]);
  expect(await stateOf()).toBe("completed");
  expect(await callbackState()).toBe("pending");
  master = await startMaster(port);
  expect((await site.signed("POST", slavePaths.ping, JSON.stringify({ callback: master.url }))).code).toBe(0);
  await master.hears(1);
  await until(async () => (await callbackState()) === "delivered");
});

test("a master that pings all along and is not reached where it wants to be called: the pauses grow all the same", async () => {
  await site.close();
  site = await openSlave({ ...settings, slave: { ...settings.slave, callbackWaitMs: 0, rescanMs: 60_000 } });
  const ping = () => site.signed("POST", slavePaths.ping, "{}");
  await ping();
  master.answer = "html";
  await site.open({ callback: callback() });
  expect(await codes(send([0, 1, 2]))).toEqual([0, 0, 0]);
  await master.hears(1);
  for (let pings = 0; pings < 20; pings += 1) {
    await ping();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(master.heard.length).toBeLessThanOrEqual(2);
  // It was away meanwhile.
  site.pass(60_000);
  await ping();
  const { length } = master.heard;
  await master.hears(length + 1);
});

test.each([["html"], ["hang"], [{ code: 40055 }]] as const)(
  "a callback answered with %j is sent again until it is heard",
  async (answer) => {
    master.answer = answer;
    await site.open({ callback: callback() });
    expect(await codes(send([0, 1, 2]))).toEqual([0, 0, 0]);
    await master.hears(2);
    expect(await callbackState()).toBe("pending");
    master.answer = { code: 0 };
    await until(async () => (await callbackState()) === "delivered");
    const { length } = master.heard;
    await someTime();
    expect(master.heard).toHaveLength(length);
  },
  20_000,
);

test("a callback that waits is found again by the next process", async () => {
  master.answer = "html";
  await site.open({ callback: callback() });
  expect(await codes(send([0, 1, 2]))).toEqual([0, 0, 0]);
  await site.restart();
  master.answer = { code: 0 };
  await until(async () => (await callbackState()) === "delivered");
  await site.restart();
  const { length } = master.heard;
  await someTime();
  expect(master.heard).toHaveLength(length);
});

test.each([40011, 40006, 40020])(
  "a master that answers %d is not asked again, and the client hears it",
  async (code) => {
    master.answer = { code };
    await site.open({ callback: callback() });
    expect(await codes(send([0, 1]))).toEqual([0, 0]);
    expect((await send([2]))[0]).toMatchObject({ status: 200, code: 50007 });
    expect(await callbackState()).toBe("refused");
    await site.restart();
    await someTime();
    expect(master.heard).toHaveLength(1);
  },
);

test("named later, before and after the last chunk: told once, and completed by it", async () => {
  await site.open({}, true);
  await send([0, 1]);
  await site.open({ callback: callback() });
  expect(await codes(send([2]))).toEqual([0]);
  expect(master.heard).toHaveLength(1);
  expect(await stateOf()).toBe("completed");
});

test("named when all chunks are there: that completes the upload", async () => {
  await site.open({}, true);
  expect(await codes(send([0, 1, 2]))).toEqual([0, 0, 0]);
  expect(await stateOf()).toBe("open");
  expect((await site.open({ callback: callback() })).code).toBe(0);
  await master.hears(1);
  expect(await stateOf()).toBe("completed");
  // The same again changes nothing.
  await until(async () => (await callbackState()) === "delivered");
  expect((await site.open({ callback: callback() })).code).toBe(0);
  expect(await callbackState()).toBe("delivered");
});

test("without a callback, a master of ours completes; with chunks missing it cannot", async () => {
  await site.open({}, true);
  await send([0, 1]);
  const complete = () => site.signed("POST", slavePaths.complete(sessionId), "");
  const early = await complete();
  expect(early).toMatchObject({ status: 200, code: 40055 });
  expect(early.headers.get("stowage-code")).toBe("UPLOAD_INCOMPLETE");
  await send([2]);
  expect((await complete()).data).toMatchObject({ size: 25, crc32: expect.stringMatching(/^[\w+/]{6}==$/) });
  expect((await complete()).code).toBe(0);
  expect(master.heard).toEqual([]);
});

test("a process that ended between the last chunk and the completion: the next one completes, and tells", async () => {
  await site.open({ callback: callback() });
  await send([1, 2]);
  const uploads = site.engine.as(node);
  const [session] = await uploads.sessions({ limit: 1 });
  // The chunk is stored, and nothing after it is done.
  await uploads.write(session?.id ?? "", { offset: 0 }, fromBytes(whole.subarray(0, 10)), { whole: true });
  expect(await stateOf()).toBe("open");
  await site.restart();
  await master.hears(1);
  await until(async () => (await callbackState()) === "delivered");
  const file = await site.signed("GET", slavePaths.content({ path: savePath, name: "x" }));
  expect(file.bytes.equals(whole)).toBe(true);
});

test("an upload that is cancelled after its end is not told of any more", async () => {
  master.answer = "html";
  await site.open({ callback: callback() });
  await send([0, 1, 2]);
  expect((await site.signed("DELETE", slavePaths.session(sessionId))).code).toBe(0);
  await until(() => master.heard.length >= 1);
  const { length } = master.heard;
  await site.restart();
  await someTime();
  expect(master.heard).toHaveLength(length);
});

test("a callback ends with its session's tombstone", async () => {
  master.answer = "html";
  await site.open({ callback: callback() });
  await send([0, 1, 2]);
  site.pass(30 * 24 * 3600_000);
  await site.engine.sweep();
  expect(await site.engine.as(node).sessions({ limit: 10 })).toEqual([]);
  await master.hears(1);
  await someTime();
  await site.restart();
  const { length } = master.heard;
  await someTime();
  expect(master.heard).toHaveLength(length);
});

test("the node stops at once while a master keeps it waiting", async () => {
  master.answer = "hang";
  await site.open({ callback: callback() });
  await send([0, 1, 2]);
  const before = Date.now();
  await site.restart();
  expect(Date.now() - before).toBeLessThan(2000);
  master.answer = { code: 0 };
  await until(async () => (await callbackState()) === "delivered");
});

test("a ping tells version, clock and room, and asks the master back", async () => {
  const ping = (body: object) => site.signed("POST", slavePaths.ping, JSON.stringify(body));
  const { data, code } = await ping({ callback: `${master.url}/?a=1&b=<2>` });
  expect(code).toBe(0);
  expect(data).toEqual({ version: "4.14.0", now: expect.any(Number), is_full: false, free: null });
  expect(Math.abs(data.now - Date.now())).toBeLessThan(5000);
  master.version = "4.14.0-pro";
  expect((await ping({ callback: `${master.url}/` })).code).toBe(0);
  master.version = "4.13.0";
  expect(await ping({ callback: master.url })).toMatchObject({ status: 200, code: 40061 });
  expect((await ping({})).code).toBe(0);
  expect((await ping({ callback: "ftp://x" })).code).toBe(40001);
  expect((await ping({ callback: "http://127.0.0.1:1" })).code).toBe(40060);
  expect((await ping({ callback: `${master.url}/elsewhere` })).code).toBe(40060);
});
