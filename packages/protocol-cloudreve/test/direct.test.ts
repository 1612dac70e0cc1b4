import { afterEach, describe, expect, test } from "@jest/globals";
import { UploadError } from "@stowage/core";
import { memoryDriver } from "@stowage/core/memory";
import { mostUrlBytes } from "../src/direct/part-urls.js";
import { openMiniS3 } from "./mini-s3.js";
import type { MiniS3, MiniS3Options } from "./mini-s3.js";
import { callBack, partList, putAll, putChunk, sender } from "./s3-client.js";
import { bob, content, download, open, openSite, sendChunk } from "./site.js";
import type { Reply, SiteOptions, TestSite } from "./site.js";

let store: MiniS3;
let site: TestSite;
afterEach(async () => {
  await site.close();
  await store.close();
});

async function start(options: MiniS3Options = {}, more: SiteOptions = {}): Promise<void> {
  store = await openMiniS3(options);
  site = openSite({ wrap: () => store.driver, ...more, policy: { transfer: "direct", ...more.policy } });
}

const uri = "cloudreve://my/clips/one.mov";
const hour = 3600 * 1000;
const day = 24 * hour;
const GiB = 2 ** 30;
const info = (): Promise<Reply> => site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`);

describe("a direct upload, as the web client does it", () => {
  test("create, PUT parts, POST the list, GET the callback; no byte comes through us", async () => {
    await start();
    const whole = content(95);
    const folder = await site.send("GET", `/file?uri=${encodeURIComponent("cloudreve://my/")}`);
    expect(folder.data.storage_policy).toMatchObject({ id: "disk", type: "s3", chunk_concurrency: 4 });
    const session = await open(site, uri, 95, { policy_id: "disk" });
    expect(session).toMatchObject({ chunk_size: 10, storage_policy: { id: "disk", type: "s3" } });
    expect(session.upload_urls).toHaveLength(10);
    expect(store.uploads.has(session.upload_id)).toBe(true);
    expect(session.callback_secret).toMatch(/^[0-9a-f]{32}$/);
    await putAll(sender(site), session, whole);
    const reply = await callBack(site, session);
    expect([reply.status, reply.all]).toEqual([200, { code: 0, msg: "" }]);
    expect((await info()).data.size).toBe(95);
    expect((await download(site, uri)).equals(whole)).toBe(true);
    expect(store.calls).not.toContain("write");
    expect(store.calls).not.toContain("complete");
  });

  test("the callback comes again, and is a success again", async () => {
    await start();
    const session = await open(site, uri, 25);
    await putAll(sender(site), session, content(25));
    const replies = await Promise.all([callBack(site, session), callBack(site, session)]);
    replies.push(await callBack(site, session));
    expect(replies.map(({ status, code }) => [status, code])).toEqual(Array(3).fill([200, 0]));
    expect(store.objects.size).toBe(1);
  });

  test("a part may come again, and a client that lost everything but its credential goes on", async () => {
    await start();
    const whole = content(25);
    const session = await open(site, uri, 25);
    await putChunk(sender(site), session, content(25, 9), 1);
    await putChunk(sender(site), session, whole, 2);
    const asked = await site.send("GET", `/file/upload/${session.session_id}`);
    expect(asked.data).toMatchObject({ missing_chunks: [0], received: 15, state: "open", chunk_size: 10 });
    await putAll(sender(site), session, whole);
    expect((await site.send("GET", `/file/upload/${session.session_id}`)).data.missing_chunks).toEqual([]);
    expect((await callBack(site, session)).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("a store that leaves the completion to us: the client's POST comes to us", async () => {
    await start({ completion: "server" });
    const whole = content(25);
    const session = await open(site, uri, 25);
    expect(session.completeURL).toContain("/api/v4/file/upload/s3/");
    const early = await sender(site)("POST", session.completeURL, partList([]));
    expect([early.status, early.text]).toEqual([
      400,
      expect.stringContaining("<Code>40055</Code><Message>upload is incomplete"),
    ]);
    await putAll(sender(site), session, whole);
    expect((await callBack(site, session)).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("one request for everything where the policy wants that", async () => {
    await start({}, { policy: { chunks: { size: 0 } } });
    const session = await open(site, uri, 25);
    expect([session.chunk_size, session.upload_urls.length]).toEqual([0, 1]);
    await putAll(sender(site), session, content(25));
    expect((await callBack(site, session)).code).toBe(0);
  });

  test("giving it up leaves nothing, also where the client had completed already or the store is down", async () => {
    await start();
    const body = async (size: number): Promise<object> => {
      const session = await open(site, uri, size);
      if (size > 20) await putAll(sender(site), session, content(size));
      return { id: session.session_id, uri: session.uri };
    };
    for (const size of [15, 25]) {
      const request = { body: await body(size) };
      expect((await site.send("DELETE", "/file/upload", request)).code).toBe(0);
      expect([store.uploads.size, store.objects.size]).toEqual([0, 0]);
    }
    const last = { body: await body(15) };
    store.fail(new UploadError("BACKEND_UNAVAILABLE", "down", { driver: "s3" }, { retry: "same" }));
    expect((await site.send("DELETE", "/file/upload", last)).code).toBe(0);
    store.fail(null);
    site.pass(hour);
    await site.engine.sweep();
    expect(store.uploads.size).toBe(0);
    expect((await info()).code).toBe(40016);
  });
});

describe("the URLs", () => {
  test("live as long as the session may, and expires tells what ends first", async () => {
    const session = { ttlMs: 2 * day, maxLifeMs: 5 * day };
    await start({}, { policy: { session } });
    const now = Date.now();
    const lasting = await open(site, uri, 25);
    const ends = Number(new URL(lasting.upload_urls[0]).searchParams.get("expires"));
    expect(Math.abs(ends - (now + 5 * day))).toBeLessThan(5000);
    expect(Math.abs(lasting.expires - (now + 2 * day) / 1000)).toBeLessThan(5);
    await site.close();
    await store.close();
    await start({ ttlMs: hour }, { policy: { session } });
    const brief = await open(site, uri, 25);
    expect(Math.abs(brief.expires - (Date.now() + hour) / 1000)).toBeLessThan(5);
  });

  test("10 000 of them fit into an answer that clients take", async () => {
    await start({ token: "t".repeat(300) });
    let turns = 0;
    const others = setInterval(() => (turns += 1), 1);
    const reply = await site.send("PUT", "/file/upload", { body: { uri, size: 100_000 } });
    clearInterval(others);
    expect(turns).toBeGreaterThan(2);
    expect(reply.data.upload_urls).toHaveLength(10_000);
    expect(new Set(reply.data.upload_urls).size).toBe(10_000);
    expect(reply.raw.length).toBeLessThan(8 * 1024 * 1024);
    expect(store.calls.filter((call) => call === "grant")).toHaveLength(10);
  });

  test("too many of them make the chunks larger, and nothing of the first try stays", async () => {
    await start({ token: "t".repeat(2000) });
    const reply = await site.send("PUT", "/file/upload", { body: { uri, size: 100_000 } });
    const { chunk_size: size, upload_urls: urls } = reply.data;
    expect(size).toBeGreaterThan(10);
    expect(urls).toHaveLength(Math.ceil(100_000 / size));
    expect(reply.raw.length).toBeLessThan(8 * 1024 * 1024);
    expect(reply.raw.length).toBeGreaterThan(0.9 * mostUrlBytes);
    expect(store.uploads.size).toBe(1);
    const whole = content(100_000);
    await putChunk(sender(site), reply.data, whole, urls.length - 1);
    expect((await site.send("GET", `/file/upload/${reply.data.session_id}`)).data.received).toBe(
      100_000 % size || size,
    );
  });

  test("a file whose URLs fit into no answer is refused, and its path is free again", async () => {
    await start({ token: "t".repeat(2000), maxSize: 11 });
    const refused = await site.send("PUT", "/file/upload", { body: { uri, size: 100_000 } });
    expect([refused.code, refused.msg]).toEqual([40049, expect.stringContaining("do not fit into one answer")]);
    expect(store.uploads.size).toBe(0);
    expect((await site.send("PUT", "/file/upload", { body: { uri, size: 100 } })).code).toBe(0);
  });

  test.each([{ "x-amz-meta-a": "1" }, { "content-type": "video/mp4" }])(
    "a grant that clients cannot use (%p) leaves the path free",
    async (headers) => {
      await start({ headers });
      const refused = await site.send("PUT", "/file/upload", { body: { uri, size: 100 } });
      expect([refused.code, refused.all.data]).toEqual([403, undefined]);
      expect(store.uploads.size).toBe(0);
      expect((await site.send("PUT", "/file/upload", { body: { uri, size: 0 } })).code).toBe(0);
    },
  );
});

describe("where listing and session differ", () => {
  const small = { id: "small", driver: memoryDriver({}), chunks: { size: 10 } };
  const routing = [{ when: { minSize: 0, maxSize: 50 }, use: [{ policyId: "small", weight: 1 }] }];

  test.each([
    ["an empty file", 0, "disk"],
    ["a file that the rules send elsewhere", 45, "small"],
  ])("%s: a client of type s3 finds S3 here", async (_name, size, policy) => {
    await start({}, policy === "small" ? { more: [small], routing } : {});
    const whole = content(size);
    const session = await open(site, uri, size, { policy_id: "disk" });
    expect(session).toMatchObject({ storage_policy: { id: policy, type: "s3" } });
    expect(session.upload_urls).toHaveLength(size === 0 ? 1 : 5);
    expect(session.upload_urls[0]).toMatch(/^http:\/\/files\.test\/api\/v4\/file\/upload\/s3\//);
    await putAll(sender(site), session, whole);
    expect(await callBack(site, session)).toMatchObject({ status: 200, code: 0 });
    expect((await download(site, uri)).equals(whole)).toBe(true);
    expect(store.calls).not.toContain("grant");
  });

  test("so many chunks that our own URLs do not fit are made larger too", async () => {
    await start({}, { more: [small], routing: [{ when: { minSize: 0 }, use: [{ policyId: "small", weight: 1 }] }] });
    const reply = await site.send("PUT", "/file/upload", { body: { uri, size: GiB, policy_id: "disk" } });
    expect(reply.raw.length).toBeLessThan(8 * 1024 * 1024);
    expect(reply.data.upload_urls).toHaveLength(Math.ceil(GiB / reply.data.chunk_size));
  });

  test("a client of type local gets what it knows, with chunks that can be resumed", async () => {
    await start({}, { policy: { transfer: "through" } });
    const session = await open(site, uri, 25, { policy_id: "disk" });
    expect(session).toMatchObject({ chunk_size: 10, upload_id: "", storage_policy: { type: "local" } });
    expect(Object.keys(session)).not.toContain("upload_urls");
    expect(session.storage_policy.relay).toBeUndefined();
    for (const index of [2, 0, 1]) expect((await sendChunk(site, session, content(25), index)).code).toBe(0);
    expect((await download(site, uri)).equals(content(25))).toBe(true);
    expect(store.calls.filter((call) => call === "probe")).toEqual([]);
  });

  test("a driver that clients do not know is local to them", async () => {
    store = await openMiniS3();
    site = openSite({ wrap: () => ({ ...store.driver, name: "azure-blob" }), policy: { transfer: "direct" } });
    const session = await open(site, uri, 25, { policy_id: "disk" });
    expect(session.storage_policy.type).toBe("local");
    for (const index of [0, 1, 2]) expect((await sendChunk(site, session, content(25), index)).code).toBe(0);
    expect((await download(site, uri)).equals(content(25))).toBe(true);
    expect(store.calls).not.toContain("grant");
  });
});

describe("a direct upload that goes on through us", () => {
  test("ends by itself where all of it came this way", async () => {
    await start();
    const session = await open(site, uri, 25);
    for (const index of [1, 0, 2]) expect((await sendChunk(site, session, content(25), index)).code).toBe(0);
    expect((await download(site, uri)).equals(content(25))).toBe(true);
    expect((await callBack(site, session)).code).toBe(0);
  });

  test("ends with the callback where it came both ways", async () => {
    await start();
    const whole = content(25);
    const session = await open(site, uri, 25);
    await putChunk(sender(site), session, whole, 1);
    await sendChunk(site, session, whole, 0);
    expect(await callBack(site, session)).toMatchObject({ status: 400, code: 40055 });
    await sendChunk(site, session, whole, 2);
    expect((await info()).code).toBe(40016);
    expect((await callBack(site, session)).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("is nobody else's", async () => {
    await start();
    const session = await open(site, uri, 25);
    const path = `/file/upload/${session.session_id}/0`;
    expect((await site.send("POST", path, { as: bob, body: content(10) })).code).toBe(40011);
  });
});
