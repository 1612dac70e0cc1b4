import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock } from "@stowage/core";
import fc from "fast-check";
import { memoryAccounts } from "./memory-accounts.js";
import { alice, bob, broken, content, open, openSite, sendChunk, signingKey, unsized, upload } from "./site.js";
import type { Reply, Request, TestSite } from "./site.js";

/** Sixteen bytes that nobody may see who does not download the file. */
const marker = "!!do-not-leak!!!";
const uri = "cloudreve://my/open.bin";
let site: TestSite;
let session: { readonly session_id: string; readonly callback_secret: string };

beforeEach(async () => {
  const accounts = memoryAccounts(systemClock);
  accounts.add("alice", marker);
  site = openSite({ quota: 10_000, api: { accounts } });
  await upload(site, "cloudreve://my/folder/stored.txt", Buffer.from(marker));
  session = await open(site, uri, 25);
  await sendChunk(site, session, content(25), 1);
});
afterEach(() => site.close());

/** Everything that a request could have changed. */
async function snapshot(): Promise<unknown> {
  const listings = ["cloudreve://my", "cloudreve://my/folder"].map(
    async (folder) => (await site.send("GET", `/file?uri=${folder}`)).data.files,
  );
  const sessions = await site.engine.as({ owner: null, groups: [] }).sessions({ limit: 1000 });
  return {
    files: await Promise.all(listings),
    bobs: (await site.send("GET", "/file?uri=cloudreve://my", { as: bob })).data.files,
    capacity: (await site.send("GET", "/user/capacity")).data,
    upload: (await site.send("GET", `/file/upload/${session.session_id}`)).data,
    sessions: sessions.map(({ id, state, received }) => ({ id, state, received })),
  };
}

function expectTyped(reply: Reply): void {
  expect(reply.status).toBe(200);
  expect(reply.headers["content-type"]).toContain("application/json");
  expect(Number.isInteger(reply.code)).toBe(true);
  expect(typeof reply.msg).toBe("string");
  if (reply.code !== 0) {
    expect(reply.msg.length).toBeGreaterThan(0);
    expect(reply.all.correlation_id).toMatch(/^[\w.:-]{1,128}$/);
  }
  const text = reply.raw.toString();
  for (const secret of [signingKey, marker, session.callback_secret]) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/node_modules|\.ts:\d|at Object\./);
}

const weird = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "%00",
    "%2e%2e%2f",
    "\ud800",
    "null",
    "-1",
    "NaN",
    "1e999",
  ),
);
const json = fc.oneof(weird, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));
const notUri = fc.oneof(
  weird.filter((text) => !/^cloudreve:/i.test(text)),
  fc.constantFrom(
    "cloudreve://my/%",
    "cloudreve://my/%ff",
    "cloudreve://share/x",
    "cloudreve://bob@my/x",
    "cloudreve://my/a#b",
  ),
  fc.constantFrom("cloudreve://my/a%00", "cloudreve://trash/x", "cloudreve://", "cloudreve:///x", "cloudreve://MY2/x"),
);
const badUri = fc.oneof(
  notUri,
  fc.constantFrom("cloudreve://my/a:b", "cloudreve://my/a%5Cb", `cloudreve://my/${"x/".repeat(2100)}y`),
);
const notSize = fc.oneof(
  fc
    .double()
    .filter((size) => Number.isFinite(size))
    .filter((size) => !Number.isInteger(size) || size < 0 || size > 10_000),
  weird,
  fc.integer({ max: -1 }),
  fc.constant(10_001),
);

interface Malformed {
  readonly method: string;
  readonly path: string;
  readonly request: Request;
}

const body = (method: string, path: string, fields: fc.Arbitrary<object>): fc.Arbitrary<Malformed> =>
  fields.map((given) => ({ method, path, request: { body: given } }));

const brokenJson = fc
  .tuple(
    fc.constantFrom(
      "PUT /file/upload",
      "DELETE /file/upload",
      "POST /file/create",
      "POST /file/rename",
      "DELETE /file",
      "POST /file/url",
      "DELETE /file/lock",
      "POST /file/move",
      "POST /session/token",
      "POST /session/token/refresh",
      "DELETE /session/token",
    ),
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      json.map((value) => Buffer.from(`${JSON.stringify(value)}x`)),
      fc.constant(Buffer.from("[]")),
      fc.constant(Buffer.from("{")),
    ),
  )
  .map(([route, bytes]): Malformed => {
    const [method = "", path = ""] = route.split(" ");
    return { method, path, request: { body: bytes } };
  });

const chunk = (id: () => string): fc.Arbitrary<Malformed> =>
  fc
    .oneof(
      fc.tuple(
        fc.oneof(weird, fc.uuid()).filter((text) => text !== ""),
        fc.constant("0"),
        fc.constant(10),
      ),
      fc.tuple(
        fc.constant(null),
        fc.oneof(
          weird.filter((text) => text !== "0"),
          fc.integer({ min: 3 }).map(String),
          fc.integer({ max: -1 }).map(String),
        ),
        fc.constant(10),
      ),
      fc.tuple(fc.constant(null), fc.constantFrom("0", "2"), fc.integer({ min: 11, max: 200 })),
      fc.tuple(fc.constant(null), fc.constant("0"), fc.integer({ min: 0, max: 9 })),
    )
    .map(([given, index, size]) => ({
      method: "POST",
      path: `/file/upload/${encode(given ?? id())}/${encode(index)}`,
      request: { body: content(size) },
    }));

const truncated = (id: () => string): fc.Arbitrary<Malformed> =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 30 }).filter((size) => size !== 10),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([sent, length, kind]) => {
      const path = `/file/upload/${id()}/0`;
      if (kind === 0) return { method: "POST", path, request: { source: broken(content(sent), 10) } };
      if (kind === 1) return { method: "POST", path, request: { source: unsized(content(10)) } };
      const headers = { "x-expected-entity-length": String(kind === 2 ? 10 : length) };
      return { method: "POST", path, request: { source: unsized(content(kind === 2 ? length : 10)), headers } };
    });

const digest = (id: () => string): fc.Arbitrary<Malformed> =>
  fc.tuple(fc.constantFrom("content-digest", "upload-checksum"), weird).map(([field, value]) => ({
    method: "POST",
    path: `/file/upload/${id()}/0`,
    request: { body: content(10, 7), headers: { [field]: `${value}!` } },
  }));

const signature = fc.tuple(weird, weird, weird, weird).map(([entity, speed, name, sign]) => ({
  method: "GET",
  path: `/file/content/${encode(entity)}/${encode(speed)}/${encode(name)}?sign=${encode(sign)}`,
  request: { as: null },
}));

const malformed: fc.Arbitrary<Malformed> = fc.oneof(
  brokenJson,
  body("PUT", "/file/upload", fc.record({ uri: badUri, size: fc.constant(1) })),
  body("PUT", "/file/upload", fc.record({ uri: fc.constant("cloudreve://my/new"), size: notSize })),
  body(
    "PUT",
    "/file/upload",
    fc.record({ uri: fc.constant("cloudreve://my/new"), policy_id: weird.filter((id) => id !== "" && id !== "disk") }),
  ),
  body(
    "PUT",
    "/file/upload",
    fc.record({
      uri: fc.constant("cloudreve://my/new"),
      metadata: fc.dictionary(
        weird.map((key) => `x${key}`),
        json,
        { minKeys: 1 },
      ),
    }),
  ),
  body(
    "PUT",
    "/file/upload",
    fc.record({ uri: fc.constant("cloudreve://my/new"), mime_type: weird.map((text) => `${text}\n`) }),
  ),
  body(
    "PUT",
    "/file/upload",
    fc.record({
      uri: fc.constant("cloudreve://my/new"),
      entity_type: weird.filter((text) => text !== "" && text !== "version"),
    }),
  ),
  body(
    "PUT",
    "/file/upload",
    fc.record({
      uri: fc.constant("cloudreve://my/new"),
      entity_type: fc.constant("version"),
      previous: weird.map((text) => `x${text}`),
    }),
  ),
  body("DELETE", "/file/upload", fc.record({ id: weird, uri: notUri })),
  body("DELETE", "/file/upload", fc.record({ id: fc.uuid(), uri: fc.constant(uri) })),
  body("POST", "/file/create", fc.record({ uri: badUri, type: fc.constantFrom("file", "folder") })),
  body("POST", "/file/create", fc.record({ uri: fc.constant("cloudreve://my/new"), type: weird })),
  body(
    "POST",
    "/file/rename",
    fc.record({ uri: fc.constant("cloudreve://my/folder"), new_name: weird.map((name) => `${name}/`) }),
  ),
  body("POST", "/file/rename", fc.record({ uri: notUri, new_name: weird })),
  body(
    "DELETE",
    "/file",
    fc.record({ uris: fc.array(notUri, { maxLength: 4 }).map((uris) => [...uris, "cloudreve://my"]) }),
  ),
  body(
    "POST",
    "/file/move",
    fc.record({ uris: fc.array(notUri, { minLength: 1, maxLength: 3 }), dst: fc.constant("cloudreve://my/folder") }),
  ),
  body("POST", "/file/move", fc.record({ uris: fc.constant(["cloudreve://my/folder/stored.txt"]), dst: notUri })),
  body("POST", "/file/move", fc.record({ uris: fc.constant(["cloudreve://my/folder"]), dst: badUri })),
  body("POST", "/session/token", fc.record({ email: json, password: json, captcha: json })),
  body("POST", "/session/token/refresh", fc.record({ refresh_token: json })),
  body("DELETE", "/session/token", fc.record({ refresh_token: json })),
  body("POST", "/file/url", fc.record({ uris: fc.array(notUri, { minLength: 1, maxLength: 4 }) })),
  notUri.map((text) => ({ method: "PUT", path: `/file/content?uri=${encode(text)}`, request: { body: content(5) } })),
  notUri.map((text) => ({ method: "GET", path: `/file?uri=${encode(text)}`, request: {} })),
  fc.tuple(fc.constantFrom("page_size", "page", "next_page_token"), weird).map(([field, value]) => ({
    method: "GET",
    path: `/file?uri=cloudreve://my&${field}=${encode(`${value}!`)}`,
    request: {},
  })),
  weird.map((id) => ({ method: "GET", path: `/file/info?id=${encode(`${id}!`)}`, request: {} })),
  signature,
  fc.constant(null).chain(() => chunk(() => session.session_id)),
  fc.constant(null).chain(() => truncated(() => session.session_id)),
  fc.constant(null).chain(() => digest(() => session.session_id)),
);

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD"));
}

describe("bad requests", () => {
  test("get a typed answer, store nothing and change nothing", async () => {
    const before = await snapshot();
    await fc.assert(
      fc.asyncProperty(malformed, async ({ method, path, request }) => {
        const reply = await site.send(method, path, request);
        expectTyped(reply);
        expect(reply.code).not.toBe(0);
      }),
      { numRuns: 4000 },
    );
    expect(await snapshot()).toEqual(before);
  }, 60_000);

  test("of any kind, by anybody, get a typed answer and leak nothing", async () => {
    const segment = fc.oneof(
      weird,
      fc.constantFrom("file", "upload", "content", "info", "site", "user", "config", "create", "0"),
      fc.constantFrom("session", "token", "prepare", "refresh", "me", "setting", "policies", "move"),
    );
    const anything = fc.record({
      method: fc.constantFrom("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND"),
      path: fc.array(segment, { maxLength: 6 }),
      query: fc.dictionary(fc.oneof(weird, fc.constantFrom("uri", "sign", "id", "page_size")), weird, { maxKeys: 3 }),
      headers: fc.dictionary(
        fc.constantFrom("authorization", "content-digest", "x-cr-correlation-id", "range", "x-expected-entity-length"),
        weird,
      ),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        fc.dictionary(fc.constantFrom("uri", "uris", "id", "size", "type"), json),
      ),
      as: fc.constantFrom(alice, bob, null),
    });
    await fc.assert(
      fc.asyncProperty(anything, async ({ method, path, query, headers, payload, as }) => {
        const text = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
        const target = `/${path.map(encode).join("/")}?${text.join("&")}`;
        const reply = await site.send(method, target, { as, headers, body: payload });
        if (method === "OPTIONS" && reply.status === 204) return;
        expectTyped(reply);
      }),
      { numRuns: 4000 },
    );
  }, 60_000);

  test("a JSON body that never ends is cut off", async () => {
    const big = Buffer.alloc(5 * 1024 * 1024, 32);
    for (const source of [unsized(big), { ...unsized(big), size: big.length }]) {
      expect(await site.send("PUT", "/file/upload", { source })).toMatchObject({ code: 40001 });
    }
    expect((await site.send("PUT", "/file/upload", { source: broken(Buffer.from("{"), 10) })).code).toBe(-1);
  });
});
