import { afterEach, describe, expect, test } from "@jest/globals";
import { fromStream, UploadError } from "@stowage/core";
import type { ObjectAccess, StorageDriver } from "@stowage/core";
import { inspect } from "node:util";
import { content, download, open, openSite, sendChunk, upload } from "./site.js";
import type { SiteOptions, TestSite } from "./site.js";

let site: TestSite;
const start = (options: SiteOptions = {}): TestSite => (site = openSite(options));
afterEach(() => site.close());

const uri = "cloudreve://my/a.bin";

const failing =
  (error: () => Error) =>
  (driver: StorageDriver): StorageDriver => ({
    ...driver,
    sink: (handle, target) => ({
      ...driver.sink(handle, target),
      write: async () => {
        throw error();
      },
    }),
  });

/** A body whose second half comes when `finish` is called. */
function stalling(whole: Buffer): { readonly source: ReturnType<typeof fromStream>; readonly finish: () => void } {
  let finish = (): void => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield whole.subarray(0, 4);
    await gate;
    yield whole.subarray(4);
  }
  return { source: fromStream(stream(), whole.length), finish };
}

describe("writers that meet", () => {
  test("the same chunk many times at once is stored once, and nobody is told a lie", async () => {
    start();
    const whole = content(30);
    const session = await open(site, uri, 30);
    const sent = [0, 1, 0, 2, 1, 0, 2, 2, 1].map((index) => sendChunk(site, session, whole, index));
    // Who was cut by a newer writer is told to try again.
    for (const { code } of await Promise.all(sent)) expect([0, -1]).toContain(code);
    for (const index of [0, 1, 2]) expect((await sendChunk(site, session, whole, index)).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("a chunk that hangs gives way to the one that is sent again", async () => {
    start();
    const whole = content(20);
    const session = await open(site, uri, 20);
    const path = `/file/upload/${session.session_id}/0`;
    const { source, finish } = stalling(whole.subarray(0, 10));
    const hanging = site.send("POST", path, { source });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await sendChunk(site, session, whole, 0)).code).toBe(0);
    finish();
    expect((await hanging).code).toBe(-1);
    await sendChunk(site, session, whole, 1);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("of several uploads to one path at once, one is opened", async () => {
    start();
    const body = { uri, size: 10 };
    const all = await Promise.all([0, 1, 2, 3].map(() => site.send("PUT", "/file/upload", { body })));
    expect(all.map(({ code }) => code).sort((a, b) => a - b)).toEqual([0, 40073, 40073, 40073]);
  });

  test("a file deleted and renamed under way: the upload makes its own path", async () => {
    start();
    await upload(site, "cloudreve://my/folder/old", content(5));
    const whole = content(20);
    const session = await open(site, "cloudreve://my/folder/new", 20);
    await sendChunk(site, session, whole, 0);
    await site.send("DELETE", "/file", { body: { uris: ["cloudreve://my/folder"] } });
    expect((await sendChunk(site, session, whole, 1)).code).toBe(0);
    expect((await download(site, "cloudreve://my/folder/new")).equals(whole)).toBe(true);
  });
});

describe("what the log is told", () => {
  const throwing: Readonly<Record<string, (driver: StorageDriver, error: () => never) => StorageDriver>> = {
    write: (driver, error) => failing(error)(driver),
    begin: (driver, error) => ({ ...driver, begin: async () => error() }),
    read: (driver, error) => ({
      ...driver,
      objects: { ...(driver.objects as ObjectAccess), read: async () => error() },
    }),
  };

  test.each(Object.entries(throwing))("never what an error of a driver says: %s", async (_verb, wrap) => {
    const lines: unknown[] = [];
    const line = (...given: unknown[]): void => void lines.push(given);
    const error = (): never => {
      throw new Error("signature=hunter2");
    };
    start({ wrap: (driver) => wrap(driver, error), log: { debug: line, info: line, warn: line, error: line } });
    const opened = await site.send("PUT", "/file/upload", { body: { uri, size: 10 } });
    const path = `/file/upload/${opened.data?.session_id}/0`;
    const replies = [opened, await site.send("POST", path, { body: content(10) })];
    const urls = await site.send("POST", "/file/url", { body: { uris: [uri] } });
    if (urls.code === 0) replies.push(await site.send("GET", urls.data.urls[0].url, { as: null }));
    expect(replies.map(({ code }) => code)).toContain(-1);
    // As a logger would print them: an error's message does not show in its JSON.
    const printed = inspect([lines, replies], { depth: 10, showHidden: true });
    expect(printed).toContain("a request failed");
    expect(printed).not.toContain("hunter2");
  });

  test("trouble at a backend, by the id that the client has too", async () => {
    const warned: object[] = [];
    const error = (): Error => new UploadError("BACKEND_FULL", "disk is full", { driver: "x" }, { retry: "same" });
    start({ wrap: failing(error), log: { warn: (fields) => warned.push(fields) } });
    const session = await open(site, uri, 10);
    const reply = await sendChunk(site, session, content(10), 0);
    expect(reply).toMatchObject({ code: -1, msg: expect.stringContaining("storage is full") });
    expect(warned).toMatchObject([
      { requestId: reply.all.correlation_id, code: "BACKEND_FULL", message: "disk is full" },
    ]);
  });

  test("a bug, without what its message may give away", async () => {
    const logged: object[] = [];
    start({ wrap: failing(() => new TypeError("key=hunter2")), log: { error: (fields) => logged.push(fields) } });
    const session = await open(site, uri, 10);
    const reply = await sendChunk(site, session, content(10), 0);
    expect(reply).toMatchObject({ code: -1, msg: "internal error" });
    expect(logged).toMatchObject([{ requestId: reply.all.correlation_id, cause: { error: "TypeError" } }]);
    expect(JSON.stringify([logged, reply.all])).not.toContain("hunter2");
  });
});
