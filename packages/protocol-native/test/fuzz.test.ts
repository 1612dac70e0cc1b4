import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { alice, bob, broken, content, open, openSite, unsized, upload } from "./site.js";
import type { Reply, Request, TestSite } from "./site.js";

let site: TestSite;
let id = "";
beforeAll(async () => {
  site = openSite({ api: { maxPage: 3 } });
  await upload(site, "/there/file", content(25));
  id = (await open(site, "/open", 25)).id;
});
afterAll(() => site.close());

async function snapshot(): Promise<unknown> {
  const [session, files, usage, bobs] = await Promise.all([
    site.send("GET", `/sessions/${id}`),
    site.send("GET", "/files"),
    site.send("GET", "/usage"),
    site.send("GET", "/files", { as: bob }),
  ]);
  return [session.data, files.data, usage.data, bobs.data];
}

/** `send` has compared the answer with the OpenAPI document already. */
function expectProper(reply: Reply): void {
  expect(reply.status).toBeLessThan(500);
  if (reply.status >= 400) expect(reply.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(reply.raw.toString()).not.toMatch(/node_modules|\.ts:\d|at Object\./);
}

const weird = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("__proto__", "constructor", "../../etc/passwd", "%00", "\ud800", "null", "-1", "NaN", "1e999", "/"),
);
const json = fc.oneof(weird, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));

/** One field of a good body is made a bad one. */
const wrongField: fc.Arbitrary<object> = fc
  .oneof(
    fc.record({
      path: fc.oneof(
        weird.map((text) => `x${text}`),
        fc.constantFrom("", "/", "/a//b", "/a/", "/a/../b", "/a\0"),
      ),
    }),
    fc.record({ path: fc.constantFrom(`/${"x".repeat(256)}`, `/${"x/".repeat(3000)}y`, 7, null) }),
    fc.record({ size: fc.oneof(weird, fc.integer({ max: -1 }), fc.constantFrom(1.5, 1e300, null)) }),
    fc.record({
      id: fc.oneof(
        weird.filter((text) => text.length < 22),
        fc.constant("x".repeat(65)),
        fc.integer(),
      ),
    }),
    fc.record({ contentType: weird.map((text) => `${text}\n`) }),
    fc.record({ policy: weird.filter((text) => text !== "disk") }),
    fc.record({ modifiedAt: fc.oneof(weird, fc.constantFrom(-1, 1e18, 0.5)) }),
    fc.record({
      metadata: fc.oneof(
        fc.dictionary(
          weird.map((key) => `${key} `),
          json,
          { minKeys: 1 },
        ),
        weird,
      ),
    }),
    fc.record({ checksum: fc.oneof(json, fc.record({ algorithm: weird, value: weird })) }),
    fc.record({ onConflict: weird }),
    fc.record({ unknown: json }),
  )
  .map((wrong) => ({ path: "/new", size: 1, ...wrong }));

test("a wrong body opens nothing", async () => {
  const before = await snapshot();
  const raw = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from([0xff, ...bytes])),
    json.map((value) => Buffer.from(`${JSON.stringify(value)}x`)),
    fc.constantFrom("", "[]", "null", "{", '{"path":"/new"}').map((text) => Buffer.from(text)),
  );
  const bad = fc.oneof(
    wrongField.map((body): Request => ({ body })),
    raw.map((body): Request => ({ body, headers: { "content-type": "application/json" } })),
    fc
      .constantFrom("text/plain", "application/x-www-form-urlencoded", "")
      .map((type): Request => ({ body: { path: "/new", size: 1 }, headers: { "content-type": type } })),
  );
  await fc.assert(
    fc.asyncProperty(bad, async (request) => {
      const reply = await site.send("POST", "/sessions", request);
      expectProper(reply);
      expect(reply.status).toBeGreaterThanOrEqual(400);
    }),
    { numRuns: 2000 },
  );
  expect(await snapshot()).toEqual(before);
}, 60_000);

test("a body that never ends, or breaks off, is told so", async () => {
  const headers = { "content-type": "application/json" };
  const big = Buffer.alloc(1024 * 1024, 32);
  for (const source of [unsized(big), { ...unsized(big), size: big.length }])
    expect(await site.send("POST", "/sessions", { source, headers })).toMatchObject({ status: 400 });
  const cut = await site.send("POST", "/sessions", { source: broken(Buffer.from("{"), 10), headers });
  expect(cut).toMatchObject({ status: 400, data: { code: "INTERRUPTED", retryable: true } });
});

test("requests of any kind, by anybody, get a proper answer", async () => {
  const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD"));
  const segment = fc.oneof(
    weird.map(encode),
    fc.constantFrom("sessions", "files", "content", "chunks", "complete", "grant", "usage", "policies", "0", "2"),
    fc.constant(null).map(() => id),
  );
  const known = fc.constantFrom(
    "/sessions",
    "/sessions/ID",
    "/sessions/ID/chunks/0",
    "/sessions/ID/complete",
    "/sessions/ID/grant",
    "/files",
    "/files/content",
    "/usage",
    "/policies",
    "/openapi.json",
  );
  const anything = fc.record({
    method: fc.constantFrom("GET", "PUT", "POST", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "DELETE"),
    path: fc.oneof(
      fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join("/")}`),
      known.map((path) => path.replace("ID", id)),
    ),
    query: fc.dictionary(
      fc.oneof(weird, fc.constantFrom("path", "id", "limit", "after", "folder", "state", "inline")),
      fc.oneof(weird, fc.constantFrom("/there/file", "/there", "1", "open")),
      { maxKeys: 3 },
    ),
    headers: fc.dictionary(
      fc.constantFrom("content-digest", "range", "if-range", "if-none-match", "content-encoding", "content-type"),
      fc.oneof(weird, fc.constantFrom("application/json", "bytes=0-3", "bytes=9999-", "*")),
    ),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.dictionary(fc.constantFrom("path", "size", "start", "end", "id"), json),
    ),
    as: fc.constantFrom(alice, bob, null),
  });
  await fc.assert(
    fc.asyncProperty(anything, async ({ method, path, query, headers, body, as }) => {
      const fields = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
      expectProper(await site.send(method, `${path}?${fields.join("&")}`, { as, headers, body }));
    }),
    { numRuns: 4000 },
  );
}, 60_000);
