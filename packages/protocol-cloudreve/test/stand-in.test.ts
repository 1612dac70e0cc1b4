import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openMiniS3 } from "./mini-s3.js";
import type { MiniS3 } from "./mini-s3.js";
import { partList, putAll, putChunk, sender } from "./s3-client.js";
import type { Answered } from "./s3-client.js";
import { content, download, open, openSite } from "./site.js";
import type { Reply, TestSite } from "./site.js";

let store: MiniS3;
let site: TestSite;
let session: Reply["data"];
const uri = "cloudreve://my/notes/a.txt";
const whole = content(25);
const day = 24 * 3600 * 1000;

/** The listing says s3, and the file goes to another policy. */
beforeEach(async () => {
  store = await openMiniS3();
  site = openSite({
    wrap: () => store.driver,
    policy: { transfer: "direct" },
    more: [{ id: "vault", driver: { ...store.driver, name: "vault" }, chunks: { size: 10 } }],
    routing: [{ when: { minSize: 1 }, use: [{ policyId: "vault", weight: 1 }] }],
  });
  session = await open(site, uri, 25, { policy_id: "disk" });
});
afterEach(async () => {
  await site.close();
  await store.close();
});

const put = (url: string, body: Uint8Array): Promise<Answered> => sender(site)("PUT", url, body);
const error = (code: number): RegExp => new RegExp(`<Error><Code>${code}</Code><Message>[^<]+</Message></Error>$`);

describe("S3 by us", () => {
  test("a chunk comes again, out of order, and after the end", async () => {
    await putChunk(sender(site), session, whole, 2);
    await putChunk(sender(site), session, whole, 2);
    await putAll(sender(site), session, whole);
    await putChunk(sender(site), session, whole, 0);
    expect((await sender(site)("POST", session.completeURL, partList([]))).status).toBe(200);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test.each([
    ["no signature", (url: string) => url.replace(/\?.*/, ""), 403, 403],
    ["another signature", (url: string) => url.replace(/sign=.{5}/, "sign=AAAAA"), 403, 403],
    [
      "another session",
      (url: string) => url.replace(/s3\/[^/]+\//, "s3/9897ebae-7b73-4169-aabc-6396f470e4bb/"),
      403,
      403,
    ],
    ["no chunk of the plan", (url: string) => url.replace("/0?", "/3?"), 400, 40012],
    ["no number", (url: string) => url.replace("/0?", "/x?"), 400, 40012],
  ])("%s is refused in S3's form", async (_name, change, status, code) => {
    const reply = await put(change(session.upload_urls[0]), whole.subarray(0, 10));
    expect([reply.status, reply.text]).toEqual([status, expect.stringMatching(error(code))]);
    expect((await site.send("GET", `/file/upload/${session.session_id}`)).data.received).toBe(0);
  });

  test("a chunk of another length, other bytes and too early an end are refused", async () => {
    const [url] = session.upload_urls;
    expect(await put(url, whole.subarray(0, 9))).toMatchObject({
      status: 400,
      text: expect.stringMatching(error(40013)),
    });
    await put(url, whole.subarray(0, 10));
    expect(await put(url, content(10, 7))).toMatchObject({ status: 400, text: expect.stringMatching(error(40001)) });
    const end = await sender(site)("POST", session.completeURL, partList(['"0"']));
    expect(end).toMatchObject({ status: 400, text: expect.stringMatching(error(40055)) });
  });

  test("URLs end with the session", async () => {
    site.pass(2 * day);
    expect(await put(session.upload_urls[0], whole.subarray(0, 10))).toMatchObject({
      status: 404,
      text: expect.stringMatching(error(40011)),
    });
    site.pass(30 * day);
    expect((await put(session.upload_urls[0], whole.subarray(0, 10))).status).toBe(403);
  });

  test("a page of another origin may use them", async () => {
    const { pathname } = new URL(session.upload_urls[0]);
    const path = pathname.replace("/api/v4", "");
    const preflight = await site.send("OPTIONS", path, { as: null });
    expect(preflight).toMatchObject({ status: 204, headers: { "access-control-allow-methods": "PUT, OPTIONS" } });
    const { headers } = await site.send("PUT", session.upload_urls[0], { as: null, body: whole.subarray(0, 10) });
    expect(headers).toMatchObject({ "access-control-allow-origin": "*", etag: '"0"' });
    expect(headers["access-control-expose-headers"]).toContain("ETag");
  });
});
