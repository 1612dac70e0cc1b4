import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fromBytes } from "@stowage/core";
import { png } from "./samples.js";
import {
  alice,
  belongings,
  bob,
  broken,
  chunkRequest,
  complete,
  inPieces,
  openSite,
  readFile,
  sendChunk,
} from "./site.js";
import type { Reply, Request, TestSite } from "./site.js";

let site: TestSite;
let id = "";
const whole = png(60);
beforeAll(async () => {
  site = openSite();
  id = (await sendChunk(site, whole, 0, 5000)).data.upload_id;
});
afterAll(() => site.close());

function expectProper(reply: Reply): void {
  expect(reply.status).toBeLessThan(500);
  expect(reply.raw).not.toMatch(/node_modules|\.ts:\d|at Object\./);
  expect(site.held()).toBe(0);
}

/** A good next chunk, which the tests spoil. */
function nextChunk(): { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> } {
  const { body = Buffer.of(), headers = {} } = chunkRequest(whole, 5000, 6000, { id });
  return { body: Buffer.from(body), headers };
}

const post = (request: Request): Promise<Reply> => site.send("POST", "/upload/chunk/", request);
const lengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 });
const numRuns = 1500;

test("a form that is cut short stores nothing", async () => {
  const before = await belongings(site);
  const { body, headers } = nextChunk();
  const cut = fc.integer({ min: 0, max: body.length - 5 });
  await fc.assert(
    fc.asyncProperty(cut, lengths, fc.boolean(), async (end, pieces, breaks) => {
      const sent = body.subarray(0, end);
      const reply = await post({ headers, source: breaks ? broken(sent) : inPieces(sent, pieces) });
      expectProper(reply);
      expect(reply.status).toBe(400);
    }),
    { numRuns },
  );
  expect(await belongings(site)).toEqual(before);
}, 60_000);

test("a form with bytes that are wrong, missing or too many stores what was meant, or nothing", async () => {
  const { body, headers } = nextChunk();
  const spoil = fc.record({
    at: fc.integer({ min: 0, max: body.length }),
    drop: fc.integer({ min: 0, max: 40 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(
          "\r\n",
          "\r\n\r\n",
          "--",
          "\0",
          "\r\n------WebKitFormBoundaryT4U3VeMJUOwfER55",
          '"',
          "; name=upload_id",
        )
        .map((text) => Buffer.from(text)),
    ),
  });
  await fc.assert(
    fc.asyncProperty(spoil, lengths, async ({ at, drop, put }, pieces) => {
      const sent = Buffer.concat([body.subarray(0, at), put, body.subarray(at + drop)]);
      expectProper(await post({ headers, source: inPieces(sent, pieces) }));
    }),
    { numRuns },
  );
}, 60_000);

test("headers, boundaries and fields of any kind get a proper answer", async () => {
  const { body, headers } = nextChunk();
  const weird = fc.oneof(
    fc.string({ maxLength: 90 }),
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      "multipart/form-data",
      "multipart/form-data; boundary=",
      'multipart/form-data; boundary="',
      "bytes */5",
    ),
    fc.constantFrom("bytes 0-0/1", "bytes 5000-5999/", "bytes 0-9007199254740991/9007199254740992", "BYTES 0-1/2"),
    fc.string({ maxLength: 80 }).map((boundary) => `multipart/form-data; boundary=${boundary}`),
    fc.tuple(fc.nat(20_000), fc.nat(20_000), fc.nat(20_000)).map(([a, b, c]) => `bytes ${a}-${b}/${c}`),
  );
  const fields = fc.dictionary(
    fc.constantFrom("content-type", "content-range", "content-encoding", "x-request-id"),
    weird,
    { maxKeys: 2 },
  );
  const bodies = fc.oneof(
    fc.constant(body),
    fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)),
    fc.string({ maxLength: 80 }).map((line) => Buffer.concat([Buffer.from(`--${line}\r\n`), body])),
  );
  const paths = fc.constantFrom(
    "/upload/chunk/",
    "/upload/chunk/complete/",
    "/upload/chunk/complete",
    "/",
    "",
    "/x/",
    `/${id}`,
  );
  const methods = fc.constantFrom("POST", "GET", "HEAD", "PUT", "DELETE", "OPTIONS");
  const who = fc.constantFrom(alice, bob, null);
  await fc.assert(
    fc.asyncProperty(methods, paths, fields, bodies, lengths, who, async (method, path, more, sent, pieces, as) => {
      const source = inPieces(sent, pieces);
      expectProper(await site.send(method, path, { as, headers: { ...headers, ...more }, source }));
    }),
    { numRuns: 2 * numRuns },
  );
}, 60_000);

test("a form without end is cut, and never held", async () => {
  const { body, headers } = nextChunk();
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield body.subarray(0, 200);
    for (; sent < 1e9; sent += 65_536) yield Buffer.alloc(65_536, "x");
  }
  for (const start of ["", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n", "--b\r\n", "--b\r\nA: "]) {
    sent = 0;
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(start);
      yield* endless();
    }
    const type = { "content-type": start === "" ? (headers["content-type"] ?? "") : "multipart/form-data; boundary=b" };
    const source = { size: null, oneShot: true, stream };
    expect((await post({ headers: { ...headers, ...type }, source })).status).toBe(400);
    expect(sent).toBeLessThan(300_000);
  }
  const announced = { ...fromBytes(body), size: 1e9 };
  expect((await post({ headers, source: announced })).status).toBe(400);
}, 20_000);

test("many parts, long headers and many pieces of one byte are borne", async () => {
  const { body, headers } = nextChunk();
  const type = { ...headers, "content-type": "multipart/form-data; boundary=b" };
  const part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n';
  const unnamed = "--b\r\n\r\n1\r\n";
  for (const text of [part.repeat(900), unnamed.repeat(3000), `--b\r\n${"A: b\r\n".repeat(8000)}\r\n1\r\n--b--\r\n`])
    expectProper(await post({ headers: type, body: Buffer.from(text) }));
  const mine = (await sendChunk(site, whole, 0, 5000)).data.upload_id as string;
  const fresh = chunkRequest(whole, 5000, 6000, { id: mine });
  const source = inPieces(fresh.body ?? body, [1]);
  expect(await post({ ...fresh, source })).toMatchObject({ status: 201, data: { offset: "6000" } });
}, 20_000);

test("a form that ends before it began is none", async () => {
  const { body, headers } = nextChunk();
  const delimiter = "------WebKitFormBoundaryT4U3VeMJUOwfER55";
  for (const start of [`${delimiter}--\r\n`, `\r\n${delimiter}`, `${delimiter}--`, `\r\n\r\n${delimiter}--\r\n`])
    for (const pieces of [[1], [215, 1], [100_000]]) {
      const source = inPieces(Buffer.concat([Buffer.from(start), body]), pieces);
      expect((await post({ headers, source })).status).toBe(400);
    }
}, 20_000);

test("after all this the upload goes on", async () => {
  const status = await site.engine.as(alice).status(id);
  expect((await sendChunk(site, whole, status.contiguousOffset, whole.length, { id })).status).toBe(201);
  const { data } = await complete(site, id);
  expect((await readFile(site, data.id)).length).toBe(whole.length);
  expect(await belongings(site, bob)).toMatchObject({ media: [] });
});
