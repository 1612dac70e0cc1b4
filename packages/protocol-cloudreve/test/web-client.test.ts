import { afterEach, describe, expect, test } from "@jest/globals";
import { UploadError } from "@stowage/core";
import type { StorageDriver } from "@stowage/core";
import { broken, content, download, open, openSite, sendChunk, upload } from "./site.js";
import type { SiteOptions, TestSite } from "./site.js";

let site: TestSite;
const start = (options: SiteOptions = {}): TestSite => (site = openSite(options));
afterEach(() => site.close());

const uri = "cloudreve://my/Inspirations/archive%20(3).zip";

/** Fails the first `times` writes as a backend does that cannot be reached. */
const flaky =
  (times: number) =>
  (driver: StorageDriver): StorageDriver => {
    let left = times;
    return {
      ...driver,
      sink: (handle, target) => {
        const inner = driver.sink(handle, target);
        return {
          ...inner,
          write: async (chunk, options) => {
            if (left-- > 0)
              throw new UploadError(
                "BACKEND_UNAVAILABLE",
                "s3.internal:9000: no answer, key=hunter2",
                { driver: "x" },
                { retry: "same" },
              );
            return inner.write(chunk, options);
          },
        };
      },
    };
  };

describe("the web client", () => {
  test("lists, opens, sends chunks out of order and in parallel, and finds its file", async () => {
    start();
    const listing = await site.send("GET", "/file?uri=cloudreve%3A%2F%2Fmy&page_size=50");
    expect(listing.data.storage_policy).toEqual({
      id: "disk",
      name: "disk",
      type: "local",
      max_size: 0,
      chunk_concurrency: 4,
    });
    const whole = content(125);
    const session = await open(site, uri, whole.length, {
      policy_id: "disk",
      last_modified: 1749524701494,
      mime_type: "application/zip",
    });
    expect(session).toMatchObject({ upload_id: "", chunk_size: 10, uri, storage_policy: { id: "disk" } });
    expect(session.callback_secret).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(session.expires).toBeGreaterThan(Date.now() / 1000 + 3600);
    expect(session).not.toHaveProperty("upload_urls");

    const order = [0, 1, 2, 3, 4, 7, 5, 9, 8, 10, 6, 11, 12];
    const replies = await Promise.all(order.map((index) => sendChunk(site, session, whole, index)));
    for (const reply of replies) expect(reply.all).toEqual({ code: 0, msg: "" });

    const info = await site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`);
    expect(info.data).toMatchObject({
      type: 0,
      name: "archive (3).zip",
      size: 125,
      path: uri,
      updated_at: "2025-06-10T03:05:01.494Z",
    });
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("received chunks decide, not the last index", async () => {
    start();
    const whole = content(25);
    const session = await open(site, uri, 25);
    await sendChunk(site, session, whole, 2);
    expect((await site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`)).code).toBe(40016);
    await sendChunk(site, session, whole, 0);
    await sendChunk(site, session, whole, 1);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("goes on after a reload with the chunks that it has not sent", async () => {
    start();
    const whole = content(30);
    const session = await open(site, uri, 30);
    await sendChunk(site, session, whole, 0);
    const status = await site.send("GET", `/file/upload/${session.session_id}`);
    expect(status.data).toMatchObject({
      session_id: session.session_id,
      uri,
      state: "open",
      size: 30,
      received: 10,
      chunk_size: 10,
      chunk_count: 3,
      missing: [{ start: 10, end: 30 }],
      missing_chunks: [1, 2],
      more_missing: false,
      expires: session.expires,
    });
    await sendChunk(site, session, whole, 1);
    await sendChunk(site, session, whole, 2);
    const finished = await site.send("GET", `/file/upload/${session.session_id}`);
    expect(finished.data).toMatchObject({ state: "completed", received: 30, missing: [], missing_chunks: [] });
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("of a huge upload the first missing chunks are listed", async () => {
    start();
    const session = await open(site, uri, 10 * 100_000_000);
    const status = await site.send("GET", `/file/upload/${session.session_id}`);
    expect(status.raw.length).toBeLessThan(100_000);
    expect(status.data).toMatchObject({ missing: [{ start: 0, end: 1_000_000_000 }], more_missing: true });
    expect(status.data.missing_chunks).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });

  test("a chunk that comes again is a success, also the last one after the reply was lost", async () => {
    start();
    const whole = content(25);
    const session = await open(site, uri, 25);
    for (const index of [0, 0, 1, 1, 2]) expect((await sendChunk(site, session, whole, index)).code).toBe(0);
    for (const index of [2, 0, 2])
      expect((await sendChunk(site, session, whole, index)).all).toEqual({ code: 0, msg: "" });
    const cancel = { id: session.session_id, uri: session.uri };
    expect((await site.send("DELETE", "/file/upload", { body: cancel })).all).toEqual({ code: 0, msg: "" });
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("other bytes for a chunk that is there are refused and change nothing", async () => {
    start();
    const whole = content(25);
    const session = await open(site, uri, 25);
    await sendChunk(site, session, whole, 0);
    expect((await sendChunk(site, session, content(25, 9), 0)).code).toBe(40001);
    await sendChunk(site, session, whole, 1);
    await sendChunk(site, session, whole, 2);
    expect((await sendChunk(site, session, content(25, 9), 2)).code).toBe(40001);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("an empty file takes one request without a byte", async () => {
    start();
    const session = await open(site, "cloudreve://my/empty.txt", 0);
    expect(session.chunk_size).toBe(0);
    expect((await site.send("GET", `/file/upload/${session.session_id}`)).data.missing_chunks).toEqual([0]);
    for (let times = 0; times < 2; times += 1) {
      expect((await sendChunk(site, session, content(0), 0)).code).toBe(0);
    }
    expect((await site.send("GET", "/file/info?uri=cloudreve://my/empty.txt")).data.size).toBe(0);
    expect((await download(site, "cloudreve://my/empty.txt")).length).toBe(0);
  });

  test("chunk size 0 takes the whole file as index 0, and no other index", async () => {
    start({ policy: { chunks: { size: 0 } } });
    const whole = content(1000);
    const session = await open(site, uri, 1000);
    expect(session.chunk_size).toBe(0);
    const second = await site.send("POST", `/file/upload/${session.session_id}/1`, { body: whole });
    expect(second.code).toBe(40012);
    expect((await sendChunk(site, session, whole, 0)).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("a broken connection answers -1, and the chunk can be sent again", async () => {
    start();
    const whole = content(20);
    const session = await open(site, uri, 20);
    const source = broken(whole.subarray(0, 4), 10);
    const reply = await site.send("POST", `/file/upload/${session.session_id}/0`, { source });
    expect(reply.code).toBe(-1);
    expect((await site.send("GET", `/file/upload/${session.session_id}`)).data.missing_chunks).toEqual([0, 1]);
    await sendChunk(site, session, whole, 0);
    await sendChunk(site, session, whole, 1);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("trouble at the backend answers -1, which keeps the upload, and says nothing of the backend", async () => {
    start({ wrap: flaky(2) });
    const whole = content(20);
    const session = await open(site, uri, 20);
    for (let times = 0; times < 2; times += 1) {
      const reply = await sendChunk(site, session, whole, 0);
      expect(reply.code).toBe(-1);
      expect(reply.msg).not.toMatch(/hunter2|internal:9000/);
    }
    await sendChunk(site, session, whole, 0);
    expect((await sendChunk(site, session, whole, 1)).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("overwriting: 40004 first, then a version", async () => {
    start();
    await upload(site, uri, content(25));
    const refused = await site.send("PUT", "/file/upload", { body: { uri, size: 12 } });
    expect(refused.code).toBe(40004);
    const before = (await site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`)).data;
    await upload(site, uri, content(12, 5), { entity_type: "version", previous: before.primary_entity });
    const after = (await site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`)).data;
    expect(after).toMatchObject({ id: before.id, size: 12, created_at: before.created_at });
    expect(after.primary_entity).not.toBe(before.primary_entity);
    const stale = { uri, size: 3, entity_type: "version", previous: before.primary_entity };
    expect((await site.send("PUT", "/file/upload", { body: stale })).code).toBe(40076);
    expect((await download(site, uri)).equals(content(12, 5))).toBe(true);
  });

  test("a path that another upload holds: 40073, whose token frees it", async () => {
    start();
    await open(site, uri, 25);
    const held = await site.send("PUT", "/file/upload", { body: { uri, size: 25 } });
    expect(held.code).toBe(40073);
    expect(held.data).toMatchObject([{ path: uri, type: 0, owner: { application: { type: "upload" } } }]);
    const tokens = [held.data[0].token];
    expect((await site.send("DELETE", "/file/lock", { body: { tokens } })).code).toBe(0);
    expect((await site.send("DELETE", "/file/lock", { body: { tokens } })).code).toBe(0);
    expect((await upload(site, uri, content(25))).map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  test("a purchase ticket and the policy reach the hook", async () => {
    const seen: unknown[] = [];
    start({
      hooks: {
        beforeCreate: async (request) => {
          seen.push(request.wire);
          throw new UploadError("FORBIDDEN", "no", { reason: "not paid" });
        },
      },
    });
    const headers = { "x-cr-purchase-ticket": "1f63aa26" };
    const reply = await site.send("PUT", "/file/upload", { headers, body: { uri, size: 1 } });
    expect(reply).toMatchObject({ code: 403, msg: "not permitted: not paid" });
    expect(seen).toMatchObject([{ uri, purchaseTicket: "1f63aa26" }]);
  });
});
