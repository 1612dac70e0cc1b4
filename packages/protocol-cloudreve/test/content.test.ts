import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fromBytes, systemClock, UploadError } from "@stowage/core";
import type { CatalogEntry } from "@stowage/core";
import type { SignedCall } from "../src/call.js";
import { contentHeaders } from "../src/files/content-headers.js";
import { getContent } from "../src/files/get-content.js";
import { content, exchangeOf, openSite, upload } from "./site.js";
import type { Reply, TestSite } from "./site.js";

let site: TestSite;
let url: string;
const uri = "cloudreve://my/a/n%C3%B6te%20'1'.html";
const whole = content(95);

const urlOf = async (body: object): Promise<Reply> => site.send("POST", "/file/url", { body });
const get = (target = url, headers: Record<string, string> = {}, method = "GET"): Promise<Reply> =>
  site.send(method, target, { as: null, headers });

beforeEach(async () => {
  site = openSite();
  await upload(site, uri, whole);
  url = (await urlOf({ uris: [uri] })).data.urls[0].url;
});
afterEach(() => site.close());

describe("signed downloads", () => {
  test("anyone with the URL gets the bytes, and no page in them runs", async () => {
    const reply = await get();
    expect(reply.status).toBe(200);
    expect(reply.raw.equals(whole)).toBe(true);
    expect(reply.headers).toMatchObject({
      "content-type": "text/html",
      "content-length": "95",
      "accept-ranges": "bytes",
      "cache-control": "public, max-age=86400",
      "content-security-policy": "sandbox",
      "access-control-allow-origin": "*",
      "content-disposition": "inline; filename*=UTF-8''n%C3%B6te%20%271%27.html",
    });
    expect(url).toMatch(
      /^http:\/\/files\.test\/api\/v4\/file\/content\/[\w-]+\.[\w-]+\/0\/n%C3%B6te%20'1'\.html\?sign=/,
    );
    expect((await get(`${url}&download=true`)).headers["content-disposition"]).toMatch(/^attachment/);
  });

  test("HEAD says the same without a body", async () => {
    const [head, full] = [await get(url, {}, "HEAD"), await get()];
    expect(head.headers).toEqual(full.headers);
    expect(head.raw.length).toBe(0);
  });

  test.each([
    ["bytes=0-9", 0, 10],
    ["bytes=90-", 90, 95],
    ["bytes=-7", 88, 95],
    ["bytes=5-5", 5, 6],
    ["bytes=40-4000", 40, 95],
  ])("%s", async (range, from, to) => {
    const reply = await get(url, { range });
    expect(reply.status).toBe(206);
    expect(reply.headers["content-range"]).toBe(`bytes ${from}-${to - 1}/95`);
    expect(reply.headers["content-length"]).toBe(String(to - from));
    expect(reply.raw.equals(whole.subarray(from, to))).toBe(true);
  });

  test("ranges that cannot be, and conditions", async () => {
    const out = await get(url, { range: "bytes=95-" });
    expect(out.status).toBe(416);
    expect(out.headers["content-range"]).toBe("bytes */95");
    const etag = (await get()).headers["etag"] ?? "";
    expect((await get(url, { range: "bytes=0-1,3-4" })).status).toBe(200);
    expect((await get(url, { range: "bytes=0-1", "if-range": etag })).status).toBe(206);
    expect((await get(url, { range: "bytes=0-1", "if-range": '"other"' })).status).toBe(200);
    for (const field of [etag, `"x", W/${etag}`, "*"]) {
      const cached = await get(url, { "if-none-match": field });
      expect(cached.status).toBe(304);
      expect(cached.raw.length).toBe(0);
    }
    expect((await get(url, { "if-none-match": '"x"' })).status).toBe(200);
  });

  test("nothing in the path or the signature can be changed", async () => {
    const parsed = new URL(url);
    const sign = parsed.searchParams.get("sign") ?? "";
    const variants = [
      url.replace("/0/", "/1/"),
      url.replace(".html", ".txt"),
      url.replace(/content\/./, (text) => `${text.slice(0, -1)}${text.endsWith("a") ? "b" : "a"}`),
      url.replace(
        /sign=.*/,
        `sign=${encodeURIComponent(sign.replace(/:(\d+)$/, (_, at: string) => `:${Number(at) + 1}`))}`,
      ),
      url.replace(/sign=.*/, `sign=${encodeURIComponent(sign.replace(/^./, (first) => (first === "A" ? "B" : "A")))}`),
      url.replace(/sign=.*/, `sign=${encodeURIComponent(sign.replace(/:\d+$/, ":0"))}`),
      url.replace(/sign=.*/, "sign=a:b"),
    ];
    for (const variant of variants) expect(await get(variant)).toMatchObject({ status: 200, code: 40071 });
    for (const none of ["", "?sign=", "?sign=abc:"]) {
      expect((await get(`${parsed.origin}${parsed.pathname}${none}`)).code).toBe(403);
    }
    expect((await get(url.replace("/0/", "%2F0/"))).code).toBe(404);
  });

  test("URLs end, and so do versions and files", async () => {
    site.pass(3599 * 1000);
    expect((await get()).status).toBe(200);
    site.pass(2 * 1000);
    expect((await get()).code).toBe(40005);
    url = (await urlOf({ uris: [uri] })).data.urls[0].url;
    await upload(site, uri, content(5, 2), { entity_type: "version" });
    expect((await get()).status).toBe(404);
    url = (await urlOf({ uris: [uri] })).data.urls[0].url;
    expect((await get()).raw.equals(content(5, 2))).toBe(true);
    await site.send("DELETE", "/file", { body: { uris: [uri] } });
    expect((await get()).status).toBe(404);
  });

  test("a page of another origin may ask first", async () => {
    const preflight = await get(url, { origin: "https://a.example" }, "OPTIONS");
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-headers"]).toContain("Range");
  });

  test("batches, entities and folders", async () => {
    const { data } = await site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`);
    expect((await urlOf({ uris: [uri], entity: data.primary_entity })).code).toBe(0);
    const some = await urlOf({ uris: [uri, "cloudreve://my/none"] });
    expect(some.all).toMatchObject({ code: 40081, aggregated_error: { "cloudreve://my/none": { code: 40016 } } });
    const skipped = await urlOf({ uris: [uri, "cloudreve://my/none"], skip_error: true, download: true });
    expect(skipped.data.urls).toHaveLength(1);
    expect(skipped.data.urls[0].url).toContain("download=true");
    expect(Date.parse(skipped.data.expires)).toBeGreaterThan(Date.now());
    expect((await urlOf({ uris: ["cloudreve://my/a"] })).all.aggregated_error["cloudreve://my/a"].code).toBe(403);
    expect((await urlOf({ uris: [uri], entity: "x.y" })).all.aggregated_error[uri].code).toBe(40044);
    expect((await urlOf({ uris: [uri, uri], entity: data.primary_entity })).code).toBe(40001);
    expect((await urlOf({ uris: [] })).code).toBe(40001);
  });

  test("the root has no content", async () => {
    const root = "cloudreve://my";
    expect((await urlOf({ uris: [root] })).all.aggregated_error[root].code).toBe(40016);
  });

  test("bytes of another version never go out under this one's tag", async () => {
    const entry = {
      id: "e",
      version: "v",
      path: "/a",
      object: { policyId: "disk", key: "first", size: 5 },
      contentType: "text/plain",
      modifiedAt: 0,
    };
    const read = async (from: unknown): Promise<object> => {
      expect(from).toEqual({ entryId: "e", version: "v" });
      if (isReplaced) throw new UploadError("SUPERSEDED", "replaced", { id: "v" }, { retry: "same" });
      return fromBytes(content(5));
    };
    let isReplaced = false;
    const answer = async (): Promise<unknown> =>
      getContent({
        exchange: exchangeOf("GET", "/file/content/e.v/0/a", {}),
        prefix: "/api/v4",
        parts: ["e.v", "0", "a"],
        clock: systemClock,
        signer: { verify: async () => "valid" },
        engine: { find: async () => entry, read },
      } as unknown as SignedCall);
    expect(await answer()).toMatchObject({ answer: { status: 200 } });
    isReplaced = true;
    expect(await answer()).toMatchObject({ answer: { status: 404 } });
  });

  test.each([
    ["text/html; charset=utf-8", "text/html; charset=utf-8"],
    ["a/b\r\nset-cookie: c=1", "application/octet-stream"],
    ["text/ü", "application/octet-stream"],
    ["text", "application/octet-stream"],
    ["", "application/octet-stream"],
  ])("the type %j goes out as %s", (contentType, sent) => {
    const entry = { id: "e", version: "v", path: "/a", contentType, modifiedAt: 0 } as CatalogEntry;
    expect(contentHeaders(entry, false)).toMatchObject({ "content-type": sent });
  });

  test("a public address may differ from the request's", async () => {
    await site.close();
    site = openSite({ api: { baseUrl: "https://cdn.example/x/api/v4/" } });
    await upload(site, uri, whole);
    const given = (await urlOf({ uris: [uri] })).data.urls[0].url as string;
    expect(given).toMatch(/^https:\/\/cdn\.example\/x\/api\/v4\/file\/content\//);
    const reply = await get(given.replace("https://cdn.example/x", "http://files.test"));
    expect(reply.raw.equals(whole)).toBe(true);
  });
});
