import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { printSlaveUpload, readEnvelope, slavePaths } from "@stowage/cloudreve-wire";
import { fromBytes, fromStream, silentLogger } from "@stowage/core";
import type { Engine } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import type { HttpAnswer, HttpExchange } from "@stowage/core/http";
import { memoryDriver, memoryStore } from "@stowage/core/memory";
import { nodeRuntime } from "@stowage/core/node";
import { cloudreveSlave } from "../../src/slave/index.js";
import type { CloudreveSlave } from "../../src/slave/index.js";
import { content, credential, expires, key, node, signer, uploadOf } from "./slave-site.js";

const prefix = "/api/v4/slave";
const { sessionId } = uploadOf({});
const errors: unknown[] = [];
let engine: Engine;
let slave: CloudreveSlave;
beforeAll(async () => {
  engine = createEngine({
    store: memoryStore(),
    policies: [{ id: "disk", driver: memoryDriver({}) }],
    timing: { sweepEveryMs: 0 },
  });
  // Nobody listens there: a ping that asks back must not take long.
  const http = nodeRuntime().http;
  const log = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
  slave = cloudreveSlave({ key, pingTimeoutMs: 50, callbackWaitMs: 5 }, { log, http });
  const body = { ...JSON.parse(printSlaveUpload(uploadOf({}))), explicit: false };
  await request("PUT", slavePaths.upload, { body: JSON.stringify(body), isSigned: true });
  await request("PUT", slavePaths.upload, {
    body: JSON.stringify({
      session: { ...body.session, Props: { ...body.session.Props, UploadSessionID: "done", SavePath: "done" } },
    }),
    isSigned: true,
  });
  for (const index of [0, 1, 2]) {
    await engine
      .as(node)
      .write(await idOf("done"), { offset: index * 10 }, fromBytes(content(25).subarray(index * 10, index * 10 + 10)));
  }
  await engine.as(node).complete(await idOf("done"));
});
afterAll(async () => {
  await slave.close();
  await engine.close();
});

async function idOf(name: string): Promise<string> {
  const sessions = await engine.as(node).sessions({ limit: 100 });
  return sessions.find(({ wire }) => (wire as { readonly sessionId: string }).sessionId === name)?.id ?? "";
}

interface Fuzzed {
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** With the node's key, whatever it is. */
  readonly isSigned?: boolean;
  /** The body breaks off. */
  readonly isCut?: boolean;
}

async function request(
  method: string,
  path: string,
  { body = "", headers: given = {}, isSigned = false, isCut = false }: Fuzzed,
) {
  const url = new URL(`http://node.test${path}`);
  const headers: Record<string, string> = { ...given };
  const text = typeof body === "string" ? body : "";
  if (isSigned) {
    const signed = decode(url.pathname);
    const authorization = await signer.signHeader({ path: signed, headers: {}, body: text }, expires());
    Object.assign(headers, { authorization });
    url.searchParams.set("sign", await signer.signUrl(signed, expires()));
  }
  const raw = typeof body === "string" ? Buffer.from(body) : body;
  const exchange: HttpExchange = {
    method,
    url,
    header: (name) => headers[name],
    body: isCut ? fromStream(broken(raw), raw.length + 5) : fromBytes(raw),
    trailers: async () => new Map(),
    peer: null,
    cut: () => {},
  };
  const access = { caller: null, as: engine.as.bind(engine) };
  return slave.handle(exchange, access, { prefix, signal: new AbortController().signal });
}

async function* broken(raw: Uint8Array): AsyncGenerator<Uint8Array> {
  yield raw;
  throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function expectProper({ status, body, headers = {} }: HttpAnswer): void {
  expect([200, 204, 206, 304, 400, 401, 403, 404, 409, 413, 416, 500, 503]).toContain(status);
  if (headers["content-type"]?.includes("json") !== true) return;
  const text = typeof body === "string" ? body : "";
  const envelope = readEnvelope(text);
  expect(envelope).not.toBeNull();
  expect(text).not.toMatch(/node_modules|\.ts:\d|at Object\.|\[object/);
}

const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD"));
const weird = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "..",
    "%00",
    "null",
    "-1",
    "NaN",
    "1e999",
    "/",
    "",
    sessionId,
    "done",
  ),
);
const segment = fc.oneof(
  weird.map(encode),
  fc.stringMatching(/^[\w%.=-]{0,12}$/),
  fc.constantFrom("ZG9uZQ==", "ZG9uZQ", "Li4vLi4v", "0"),
);
const path = fc.oneof(
  fc.array(segment, { maxLength: 6 }).map((parts) => `${prefix}/${parts.join("/")}`),
  segment.map((id) => `${prefix}/upload/${id}`),
  segment.map((id) => `${prefix}/upload/${id}/complete`),
  fc.tuple(segment, segment, segment, segment).map((parts) => `${prefix}/file/content/${parts.join("/")}`),
  fc.tuple(segment, segment).map((parts) => `${prefix}/file/meta/${parts.join("/")}`),
  fc.constantFrom(slavePaths.ping, slavePaths.upload, slavePaths.files, slavePaths.list, prefix),
);
const query = fc.dictionary(fc.constantFrom("chunk", "path", "recursive", "sign", "status", "download"), weird, {
  maxKeys: 4,
});
const props = fc.record(
  {
    UploadSessionID: weird,
    SavePath: weird,
    Size: fc.oneof(fc.nat(), fc.double(), fc.constantFrom(-1, 2 ** 53, "5", null)),
    ExpireAt: fc.oneof(weird, fc.constantFrom("2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2099-13-45T99:00:00Z")),
    MimeType: weird,
    LastModified: fc.oneof(weird, fc.constant("0001-01-01T00:00:00Z")),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  weird,
  fc.json(),
  fc
    .record(
      {
        session: fc.record(
          { Callback: weird, ChunkSize: fc.oneof(fc.nat(), fc.double(), weird), Props: props },
          { requiredKeys: [] },
        ),
        overwrite: fc.anything(),
      },
      { requiredKeys: [] },
    )
    .map((given) => JSON.stringify(given, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? ""),
  fc.array(weird, { maxLength: 5 }).map((files) => JSON.stringify({ files })),
  weird.map((callback) => JSON.stringify({ callback })),
  fc.uint8Array({ maxLength: 40 }),
);
const headers = fc.dictionary(
  fc.constantFrom(
    "authorization",
    "x-expected-entity-length",
    "content-length",
    "content-digest",
    "upload-checksum",
    "range",
    "if-range",
    "x-cr-node-id",
    "x-cr-correlation-id",
    "x-request-id",
  ),
  fc.oneof(weird, fc.constantFrom("Bearer Cr ", "Bearer Cr AAAA:1", "bytes=0-3", "bytes=-1", "10", "md5 x")),
  { maxKeys: 4 },
);
const method = fc.constantFrom("GET", "PUT", "POST", "PATCH", "HEAD", "OPTIONS", "DELETE", "PROPFIND");
const anything = fc.record({ method, path, query, body, headers, isSigned: fc.boolean(), isCut: fc.boolean() });

const snapshot = async (): Promise<unknown> => {
  const [list, sessions] = [
    await engine.as(node).list("/", null, 1000),
    await engine.as(node).sessions({ limit: 1000 }),
  ];
  return JSON.stringify([list, sessions]);
};

test("requests of any kind get a proper answer; unsigned ones change nothing", async () => {
  await fc.assert(
    fc.asyncProperty(anything, async ({ method: verb, path: at, query: asked, ...rest }) => {
      const before = rest.isSigned ? null : await snapshot();
      const text = Object.entries(asked).map(([name, value]) => `${name}=${encode(value)}`);
      expectProper(await request(verb, `${at}?${text.join("&")}`, { ...rest, headers: { ...rest.headers } }));
      if (before !== null) expect(await snapshot()).toBe(before);
    }),
    { numRuns: 4000 },
  );
  expect(errors).toEqual([]);
}, 120_000);

test("chunks of any kind, with the right credential: only the right bytes of the right chunk get in", async () => {
  const fresh = await request("PUT", slavePaths.upload, {
    body: JSON.stringify({
      ...JSON.parse(printSlaveUpload(uploadOf({ sessionId: "chunks", savePath: "chunks" }))),
      explicit: false,
    }),
    isSigned: true,
  });
  expectProper(fresh);
  const index = fc.oneof(fc.constantFrom("0", "1", "2", "3", "-1", "00", "1.0", "1e0", "", " 1", "99999999999"), weird);
  const size = fc.integer({ min: 0, max: 12 });
  await fc.assert(
    fc.asyncProperty(index, size, fc.boolean(), async (at, length, isCut) => {
      const status = async () => (await engine.as(node).session(await idOf("chunks"))).received;
      const before = await status();
      const answer = await request("POST", `${slavePaths.session("chunks")}?chunk=${encode(at)}&status=http`, {
        body: content(length),
        isCut,
        headers: { authorization: await credential("chunks"), "content-length": "1" },
      });
      expectProper(answer);
      // Chunk 1 never comes right, so that the upload stays open.
      const isRight = !isCut && (at === "0" ? length === 10 : at === "2" && length === 5);
      expect({ at, length, isCut, status: answer.status }).toEqual({
        at,
        length,
        isCut,
        status: isRight ? 200 : expect.any(Number),
      });
      if (!isRight && !(at === "1" && length === 10 && !isCut)) {
        expect(answer.status).not.toBe(200);
        expect(await status()).toBe(before);
      }
    }),
    { numRuns: 500 },
  );
  expect(errors).toEqual([]);
}, 60_000);

test("what got in has names that the catalog knows, below the node's own root", async () => {
  const walk = async (folder: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const { path: each, object } of await engine.as(node).list(folder, null, 100_000)) {
      found.push(each);
      if (object === null) found.push(...(await walk(each)));
    }
    return found;
  };
  for (const each of await walk("/")) expect(each.slice(1).split("/")).not.toEqual(expect.arrayContaining([".."]));
  for (const { entry } of await engine.as(node).sessions({ limit: 1000 }))
    expect(entry?.path.split("/").slice(1)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^\.{0,2}$/)]));
});
