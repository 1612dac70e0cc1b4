import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { alice, bob, content, guid, openSite, sendChunk } from "./site.js";
import type { Reply, TestSite } from "./site.js";

let site: TestSite;
const errors: unknown[] = [];
beforeAll(async () => {
  site = openSite({ log: { error: (fields) => errors.push(fields) } });
  await site.send("PUT", "/there%2Ffile?api-version=6.0", { body: content(25) });
  await sendChunk(site, "open", guid(1), content(25), [0, 5]);
});
afterAll(() => site.close());

/** `send` has compared the answer with the OpenAPI document already. */
function expectProper({ status, text }: Reply): void {
  expect([200, 400, 401, 403, 404, 405, 409, 411, 413]).toContain(status);
  expect(text).not.toMatch(/node_modules|\.ts:\d|at Object\.|undefined/);
}

const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD"));
const weird = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "..\\..\\x",
    "%00",
    "null",
    "-1",
    "NaN",
    "1e999",
    "/",
    "$",
  ),
);
const raw = fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[?#]/g, "%"));
const path = fc.oneof(
  weird.map((text) => `/${encode(text)}`),
  raw.map((text) => `/${text}`),
  fc.constantFrom("", "/", "/there", "/there%2Ffile", "/open", "/..%2F..%2Fetc%2Fpasswd", "/%2e%2e/%2e%2e/x"),
);
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc
    .constantFrom("UploadChunk", "GetUploadSession", "CommitUploadSession", "DeleteUploadSession", "Copy")
    .map((name) => `/$/${name}`),
  raw.map((text) => `/$/${text}`),
);
const anything = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "PATCH", "HEAD", "OPTIONS", "DELETE", "PROPFIND"),
  at: fc.tuple(path, operation).map(([content, name]) => content + name),
  query: fc.record(
    {
      "api-version": fc.oneof({ weight: 5, arbitrary: fc.constant("6.0") }, weird),
      timeout: fc.oneof({ weight: 3, arbitrary: fc.constant("60") }, weird),
      "session-id": fc.oneof(weird, fc.constantFrom(guid(1), guid(2), guid(1).toUpperCase())),
      ContinuationToken: weird,
    },
    { requiredKeys: ["api-version"] },
  ),
  headers: fc.dictionary(
    fc.constantFrom("content-range", "content-type", "content-encoding", "stowage-chunk"),
    fc.oneof(weird, fc.constantFrom("bytes 0-4/25", "bytes 5-9/25", "bytes 0-0/0", "bytes 0-4/5", "identity", "whole")),
  ),
  body: fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constant(content(5)), fc.constant(content(25).subarray(5, 10))),
  as: fc.constantFrom(alice, bob, null),
});

test("requests of any kind, by anybody, get a proper answer", async () => {
  await fc.assert(
    fc.asyncProperty(anything, async ({ method, at, query, headers, body, as }) => {
      const fields = Object.entries(query).map(([name, value]) => `${name}=${encode(value ?? "")}`);
      expectProper(await site.send(method, `${at}?${fields.join("&")}`, { as, headers, body }));
    }),
    { numRuns: 6000 },
  );
  expect(errors).toEqual([]);
}, 60_000);

test("what got in has names that the catalog knows", async () => {
  const walk = async (folder: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const { path: each, object } of await site.engine.as(alice).list(folder, null, 100_000)) {
      found.push(each);
      if (object === null) found.push(...(await walk(each)));
    }
    return found;
  };
  const paths = await walk("/");
  expect(paths.length).toBeGreaterThan(1);
  for (const each of paths) expect(each.split("/")).not.toContain("..");
});
