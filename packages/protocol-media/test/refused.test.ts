import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { UploadError } from "@stowage/core";
import { jpeg, noise, pdf, png, zip } from "./samples.js";
import { alice, belongings, bob, broken, chunkRequest, complete, openSite, sendAll, sendChunk } from "./site.js";
import type { ChunkOptions, Reply, TestSite } from "./site.js";

let site: TestSite;
let before: unknown;
const whole = png(200);
let id = "";
beforeAll(async () => {
  site = openSite();
  id = (await sendChunk(site, whole, 0, 50_000)).data.upload_id;
  before = await belongings(site);
});
afterAll(() => site.close());

/** The refusal, and that it changed nothing. */
async function expectRefused(reply: Promise<Reply>, status: number, code: string, more: object = {}): Promise<void> {
  expect(await reply).toMatchObject({ status, data: { error: { code, ...more } } });
  expect(await belongings(site)).toEqual(before);
  expect(site.held()).toBe(0);
}

test("a file of another type", async () => {
  const program = Buffer.concat([Buffer.from("MZ"), noise(9000)]);
  const page = Buffer.from(`<!DOCTYPE html><script>alert(1)</script>${" ".repeat(5000)}`);
  const svg = Buffer.from(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">${" ".repeat(5000)}</svg>`);
  const archive = zip([["a.bin", noise(9000)]]);
  const refused = [
    ["image", program, "application/x-msdownload"],
    ["image", page, "text/plain"],
    ["image", svg, "application/xml"],
    ["image", pdf(9000), "application/pdf"],
    ["image", archive, "application/zip"],
    ["document", whole, "image/png"],
    ["document", page, "text/plain"],
    ["document", noise(9000), null],
    ["document", archive, "application/zip"],
  ] as const;
  for (const [kind, bytes, found] of refused)
    await expectRefused(sendChunk(site, bytes, 0, bytes.length, { kind }), 415, "TYPE_REFUSED", { details: { found } });
  // The first chunk of more tells, too.
  await expectRefused(sendChunk(site, program, 0, 5000), 415, "TYPE_REFUSED");
});

test("a file of another type whose first chunk did not tell", async () => {
  const own = openSite();
  for (const [kind, bytes, ends] of [
    ["image", Buffer.concat([Buffer.from("MZ"), noise(9000)]), [1, 9002]],
    ["document", zip([["a.bin", noise(9000)]]), [5000, 9124]],
  ] as const) {
    const made = await sendAll(own, bytes, { kind }, [...ends.slice(0, -1), bytes.length]);
    for (let turn = 0; turn < 2; turn += 1)
      expect(await complete(own, made)).toMatchObject({ status: 415, data: { error: { code: "TYPE_REFUSED" } } });
  }
  expect(await belongings(own)).toMatchObject({ media: [], stored: 0 });
  // What was sent goes with the tombstone.
  own.pass(9 * 24 * 3600 * 1000);
  await own.engine.sweep();
  expect(await belongings(own)).toMatchObject({ open: [], reserved: 0, stored: 0 });
  await own.close();
});

test("too much", async () => {
  const limit = 5 * 1024 * 1024;
  const first = (total: number, kind: string): ChunkOptions => ({ kind, range: `bytes 0-4999/${total}` });
  const sent = jpeg(5000);
  await expectRefused(sendChunk(site, sent, 0, 5000, first(limit + 1, "image")), 413, "OBJECT_TOO_LARGE", {
    details: { limit },
  });
  await expectRefused(sendChunk(site, sent, 0, 5000, first(10 * limit + 1, "document")), 413, "OBJECT_TOO_LARGE", {
    details: { limit: 10 * limit },
  });
  const large = png(400);
  await expectRefused(sendChunk(site, large, 0, 204_801), 413, "CHUNK_TOO_LARGE", { details: { limit: 204_800 } });
  expect((await sendChunk(site, sent, 0, 5000, { ...first(limit, "image"), as: bob })).status).toBe(201);
});

test("a Content-Range that is missing, or none", async () => {
  const { body, headers } = chunkRequest(whole, 0, 5000) as { body: Buffer; headers: Record<string, string> };
  const { "content-range": _, ...without } = headers;
  await expectRefused(site.send("POST", "/upload/chunk/", { body, headers: without }), 400, "RANGE_REQUIRED");
  const wrong = [
    "bytes 0-4999/*",
    "bytes */5000",
    "bytes 5-4/10",
    "bytes 0-9/9",
    "items 0-4999/5000",
    "0-4999/5000",
    "",
  ];
  for (const range of [...wrong, "bytes 0-4999/99999999999999999999", "bytes=0-4999/5000"])
    await expectRefused(sendChunk(site, whole, 0, 5000, { range }), 400, "RANGE_INVALID");
});

test("a range that is not where the next chunk goes", async () => {
  const refusals = [
    [50_001, 60_000],
    [100_000, 110_000],
    [49_999, 60_000],
    [0, 49_999],
    [10, 20],
  ] as const;
  for (const [start, end] of refusals)
    await expectRefused(sendChunk(site, whole, start, end, { id }), 416, "OFFSET_MISMATCH", { offset: "50000" });
  const others = Buffer.concat([whole.subarray(0, 49_999), noise(whole.length - 49_999, 9)]);
  await expectRefused(sendChunk(site, others, 0, 50_000, { id }), 409, "RANGE_OVERLAP", { offset: "50000" });
  // As far as the last chunk, but in another cut.
  await expectRefused(sendChunk(site, whole, 10, 50_000, { id }), 409, "RANGE_OVERLAP", { offset: "50000" });
});

test("a file part that is not as long as its range", async () => {
  for (const range of ["bytes 50000-59998/", "bytes 50000-60000/", "bytes 50000-50000/"])
    await expectRefused(
      sendChunk(site, whole, 50_000, 60_000, { id, range: `${range}${whole.length}` }),
      400,
      "CHUNK_SIZE_MISMATCH",
    );
  await expectRefused(
    sendChunk(site, whole, 0, 0, { range: "bytes 1433600-1638399/2124437" }),
    400,
    "CHUNK_SIZE_MISMATCH",
    { details: { expected: 204_800, actual: 0 } },
  );
});

test("another upload than one's own", async () => {
  const next = (given: ChunkOptions): Promise<Reply> => sendChunk(site, whole, 50_000, 60_000, given);
  await expectRefused(next({}), 400, "UPLOAD_ID_REQUIRED");
  for (const wrong of ["nobodys", "../..", "x".repeat(129), `${id}x`, "%00", "__proto__"])
    await expectRefused(next({ id: wrong }), 404, "SESSION_NOT_FOUND");
  await expectRefused(next({ id, as: bob }), 404, "SESSION_NOT_FOUND");
  await expectRefused(complete(site, id, bob), 404, "SESSION_NOT_FOUND");
  expect((await next({ id, as: bob })).raw).toBe((await next({ id: "nobodys" })).raw);
  await expectRefused(next({ id, as: null }), 401, "UNAUTHENTICATED");
  await expectRefused(complete(site, id, null), 401, "UNAUTHENTICATED");
  await expectRefused(next({ id, kind: "document" }), 400, "KIND_CHANGED");
  await expectRefused(next({ id, range: `bytes 50000-59999/${whole.length + 1}` }), 400, "SIZE_CONFLICT");
});

test("an upload of another front-end", async () => {
  const own = openSite();
  const session = await own.engine.as(alice).create({
    policyId: null,
    protocol: "native",
    path: "/x.png",
    size: whole.length,
    framing: "free",
    completion: "explicit",
  });
  expect(await sendChunk(own, whole, 0, 5000, { id: session.id })).toMatchObject({ status: 404 });
  expect(await complete(own, session.id)).toMatchObject({ status: 404 });
  await own.close();
});

test("completion of what is not whole, or not named", async () => {
  await expectRefused(complete(site, id), 409, "UPLOAD_INCOMPLETE", { offset: "50000" });
  const bodies = ["{}", "[]", "{", '{"upload_id":7}', '{"upload_id":""}', "x".repeat(10_000)];
  for (const body of bodies)
    await expectRefused(
      site.send("POST", "/upload/chunk/complete/", {
        body: Buffer.from(body),
        headers: { "content-type": "application/json" },
      }),
      400,
      "OPTIONS_INVALID",
    );
  await expectRefused(site.send("POST", "/upload/chunk/complete/"), 400, "OPTIONS_INVALID");
});

test("a sender that breaks off", async () => {
  const { body, headers = {} } = chunkRequest(whole, 50_000, 60_000, { id });
  for (const sent of [0, 10, 100, 5000, 10_300])
    await expectRefused(
      site.send("POST", "/upload/chunk/", { headers, source: broken((body ?? Buffer.of()).subarray(0, sent)) }),
      400,
      "INTERRUPTED",
    );
});

test("other forms, other addresses", async () => {
  const { body = Buffer.of(), headers = {} } = chunkRequest(whole, 50_000, 60_000, { id });
  const send = (more: Record<string, string>): Promise<Reply> =>
    site.send("POST", "/upload/chunk/", { body, headers: { ...headers, ...more } });
  await expectRefused(send({ "content-type": "application/octet-stream" }), 415, "FORM_REQUIRED");
  await expectRefused(send({ "content-encoding": "gzip" }), 415, "CODING_UNKNOWN");
  await expectRefused(send({ "content-type": "multipart/form-data; boundary=x y" }), 400, "OPTIONS_INVALID");
  await expectRefused(site.send("GET", "/upload/chunk/"), 405, "METHOD_NOT_ALLOWED");
  await expectRefused(site.send("POST", "/upload/nothing/"), 404, "ROUTE_NOT_FOUND");
  await expectRefused(site.send("GET", "/upload/chunk/x/"), 404, "ROUTE_NOT_FOUND");
  await expectRefused(site.send("GET", `/${id}/`), 404, "MEDIA_NOT_FOUND");
});

test("an upload whose time is over", async () => {
  const own = openSite({ policy: { session: { ttlMs: 1000, maxLifeMs: 5000, tombstoneMs: 60_000 } } });
  const { data } = await sendChunk(own, whole, 0, 5000);
  own.pass(2000);
  const next = (): Promise<Reply> => sendChunk(own, whole, 5000, 6000, { id: data.upload_id });
  expect(await next()).toMatchObject({ status: 410, data: { error: { code: "SESSION_EXPIRED" } } });
  await own.engine.sweep();
  expect(await next()).toMatchObject({ status: 410, data: { error: { code: "SESSION_EXPIRED" } } });
  expect(await complete(own, data.upload_id)).toMatchObject({ status: 410 });
  expect(await belongings(own)).toMatchObject({ open: [], reserved: 0 });
  await own.close();
});

test("a backend that fails, a quota that is used up", async () => {
  const own = openSite({
    quota: 100_000,
    wrap: (driver) => ({
      ...driver,
      sink: (handle, target) => ({
        ...driver.sink(handle, target),
        write: async () => {
          throw new UploadError("BACKEND_THROTTLED", "slow down", { driver: "memory", retryAfterMs: 3500 });
        },
      }),
    }),
  });
  const busy = await sendChunk(own, png(50), 0, 5000);
  expect(busy).toMatchObject({ status: 503, headers: { "retry-after": "4" }, data: { error: { retryable: true } } });
  expect(await belongings(own)).toMatchObject({ open: [], reserved: 0, stored: 0 });
  expect(await sendChunk(own, png(200), 0, 5000)).toMatchObject({
    status: 413,
    data: { error: { code: "QUOTA_EXCEEDED" } },
  });
  await own.close();
});
