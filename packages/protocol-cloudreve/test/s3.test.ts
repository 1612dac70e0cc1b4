import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { startS3Simulator } from "@stowage/servers";
import type { S3Simulator } from "@stowage/servers";
import type { CloudreveClient } from "./cloudreve-client.js";
import type { HttpSite } from "./http-site.js";
import { pageFetch } from "./page-fetch.js";
import { partList, putAll, putChunk } from "./s3-client.js";
import { allowPages, openS3Site } from "./s3-site.js";
import type { S3Site } from "./s3-site.js";
import { content } from "./site.js";

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
let server: S3Simulator;
let site: HttpSite;
let client: CloudreveClient;
let opened: S3Site;
let callBack: S3Site["callBack"];

async function start(sessionToken?: string): Promise<void> {
  const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret", ...(sessionToken ? { sessionToken } : {}) };
  server = await startS3Simulator({ credentials: [keys], etag: "cheap" });
  if (sessionToken === undefined) await allowPages(server);
  opened = await openS3Site(server, { preset: "minio", credentials: keys });
  ({ site, client, callBack } = opened);
}

// Ten MiB go to the bucket and back through one process that does all, on a machine that has other work.
jest.setTimeout(60_000);

afterEach(async () => {
  await site.close();
  await server.close();
});

const uri = "cloudreve://my/one.mov";
/** Three chunks. */
const whole = content(10 * MiB + 9);
const page = (): ReturnType<typeof pageFetch> => pageFetch(new URL(site.url).origin);
const create = (size: number): ReturnType<S3Site["create"]> => opened.create(uri, size);

describe("over driver-s3 and a strict S3", () => {
  beforeEach(() => start());

  test.each([0, 1, 5 * MiB, whole.length])("a page uploads %d bytes straight into the bucket", async (size) => {
    await client.upload(uri, whole.subarray(0, size));
    expect((await client.download(uri)).equals(whole.subarray(0, size))).toBe(true);
    const { uploads, objects } = await server.leftovers();
    expect([uploads, objects.map((object) => object.size)]).toEqual([[], [size]]);
  });

  test("the bucket gets one call for each part and two more from the page, and a few from us", async () => {
    const session = await create(whole.length);
    await putAll(page(), session, whole);
    expect(await server.calls()).toMatchObject({ CreateMultipartUpload: 1, UploadPart: 3, CompleteMultipartUpload: 1 });
    await server.forgetCalls();
    expect((await callBack(session)).all.code).toBe(0);
    expect(Object.keys(await server.calls()).filter((name) => !["ListParts", "HeadObject"].includes(name))).toEqual([]);
  });

  test("the callback before the end, an end without the callback, and the callback again", async () => {
    const session = await create(whole.length);
    await putChunk(page(), session, whole, 1);
    const early = await callBack(session);
    expect([early.status, early.all.code]).toEqual([400, 40055]);
    const status = await client.call("GET", `/file/upload/${session.session_id}`);
    expect(status).toMatchObject({ missing_chunks: [0, 2], received: 5 * MiB });
    for (const index of [0, 2]) await putChunk(page(), session, whole, index);
    for (let times = 0; times < 2; times += 1) expect((await callBack(session)).all).toEqual({ code: 0, msg: "" });
    expect((await client.download(uri)).equals(whole)).toBe(true);
  });

  test("a client's own completion with parts left out is never published", async () => {
    const session = await create(whole.length);
    const etag = await putChunk(page(), session, whole, 0);
    expect((await page()("POST", session.completeURL, partList([etag]))).status).toBe(200);
    const reply = await callBack(session);
    expect([reply.status, reply.all.code]).toEqual([400, 40055]);
    expect((await site.send("GET", `/file/info?uri=${uri}`, { token: client.tokens().access_token })).all.code).toBe(
      40016,
    );
    const { uploads, objects } = await server.leftovers();
    expect([uploads, objects]).toEqual([[], []]);
  });

  test("what a page sends is what was granted: no longer part, no other URL", async () => {
    const session = await create(whole.length);
    const [first, second] = session.upload_urls as readonly [string, string];
    expect((await page()("PUT", first, whole.subarray(0, 6 * MiB))).status).toBe(403);
    expect(
      (await page()("PUT", first.replace("partNumber=1", "partNumber=2"), whole.subarray(0, 5 * MiB))).status,
    ).toBe(403);
    expect((await page()("POST", second, partList([]))).status).not.toBe(200);
  });

  test("half through the bucket and half through us", async () => {
    const session = await create(whole.length);
    await putChunk(page(), session, whole, 2);
    for (const index of [0, 1]) {
      const chunk = whole.subarray(index * 5 * MiB, (index + 1) * 5 * MiB);
      await client.call("POST", `/file/upload/${session.session_id}/${index}`, chunk);
    }
    expect((await callBack(session)).all.code).toBe(0);
    expect((await client.download(uri)).equals(whole)).toBe(true);
  });

  test("giving it up leaves nothing in the bucket", async () => {
    const session = await create(whole.length);
    await putChunk(page(), session, whole, 0);
    await client.call("DELETE", "/file/upload", { id: session.session_id, uri: session.uri });
    const { uploads, objects } = await server.leftovers();
    expect([uploads, objects]).toEqual([[], []]);
    await expect(putChunk(page(), session, whole, 1)).rejects.toThrow("NoSuchUpload");
  });

  test("10 000 URLs come in one answer, and each is another", async () => {
    const reply = await site.send("PUT", "/file/upload", {
      token: client.tokens().access_token,
      body: { uri, size: 50_000 * MiB },
    });
    expect(new Set(reply.all.data.upload_urls).size).toBe(10_000);
    expect(reply.raw.length).toBeLessThan(8 * MiB);
    const { upload_urls: urls, session_id: id } = reply.all.data;
    expect((await page()("PUT", urls[9_999], whole.subarray(0, 5 * MiB))).status).toBe(200);
    const status = await client.call("GET", `/file/upload/${id}`);
    expect(status).toMatchObject({ received: 5 * MiB, chunk_count: 10_000 });
  });
});

test("keys with a long token make URLs so long that chunks become larger", async () => {
  await start("t".repeat(1500));
  const session = await create(60 * GiB);
  expect(session.chunk_size).toBeGreaterThan(6 * MiB);
  expect(session.upload_urls).toHaveLength(Math.ceil((60 * GiB) / session.chunk_size));
  expect(JSON.stringify(session).length).toBeLessThan(8 * MiB);
  expect((await server.leftovers()).uploads).toHaveLength(1);
});
