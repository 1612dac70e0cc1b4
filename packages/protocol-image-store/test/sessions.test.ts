import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { fromBytes } from "@stowage/core";
import { memoryDriver } from "@stowage/core/memory";
import { bob, broken, content, expected, guid, openSite, sendChunk, sessionCall, silent } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

const whole = content(25);
const path = "App\\Code/a b.bin";
const notSatisfiable = "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE";

test("chunks in any order make a file, and a repeated commit is no error", async () => {
  const id = guid(1);
  expect(await sendChunk(site, path, id, whole, [20, 25])).toMatchObject({ status: 200, text: "" });
  expect(await expected(site, id)).toEqual([[0, 20]]);
  expect(await sendChunk(site, path, id, whole, [5, 10])).toMatchObject({ status: 200 });
  const { data } = await sessionCall(site, "Get", id.toUpperCase());
  expect(data).toEqual({
    UploadSessions: [
      {
        StoreRelativePath: "App\\Code\\a b.bin",
        SessionId: id,
        FileSize: "25",
        ModifiedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        ExpectedRanges: [
          { StartPosition: "0", EndPosition: "4" },
          { StartPosition: "10", EndPosition: "19" },
        ],
      },
    ],
  });
  expect(await sessionCall(site, "Commit", id)).toMatchObject({
    status: 400,
    code: "E_INVALIDARG",
    data: { Error: { Message: "bytes are missing: 0-4, 10-19" } },
  });
  expect(await site.read("/App/Code/a b.bin")).toBeNull();
  await sendChunk(site, path, id, whole, [0, 5]);
  await sendChunk(site, path, id, whole, [10, 20]);
  for (let times = 0; times < 2; times += 1)
    expect(await sessionCall(site, "Commit", id)).toMatchObject({ status: 200, text: "" });
  expect(await site.read("/App/Code/a b.bin")).toEqual(whole);
  expect(await expected(site, id)).toBeNull();
});

test("several first chunks at once make one session", async () => {
  const id = guid(2);
  const cuts = Array.from({ length: 5 }, (_, index) => [index * 5, index * 5 + 5] as const);
  const replies = await Promise.all(cuts.map((cut) => sendChunk(site, path, id, whole, cut)));
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect((await sessionCall(site, "Commit", id)).status).toBe(200);
  expect(await site.read("/App/Code/a b.bin")).toEqual(whole);
});

test("an id is one path's and one size's", async () => {
  const id = guid(3);
  await sendChunk(site, path, id, whole, [0, 5]);
  expect(await sendChunk(site, "other", id, whole, [5, 10])).toMatchObject({
    status: 409,
    code: "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT",
  });
  expect(await sendChunk(site, path, id, content(26), [5, 10])).toMatchObject({ status: 400, code: "E_INVALIDARG" });
  expect(await expected(site, id)).toEqual([[5, 25]]);
});

test("the same bytes again are no error, inside a larger chunk either; a piece of them is, and so are other bytes", async () => {
  const id = guid(4);
  await sendChunk(site, path, id, whole, [5, 10]);
  expect((await sendChunk(site, path, id, whole, [5, 10])).status).toBe(200);
  expect((await sendChunk(site, path, id, whole, [0, 15])).status).toBe(200);
  expect(await sendChunk(site, path, id, whole, [6, 9])).toMatchObject({ status: 400, code: notSatisfiable });
  const other = content(25, 7);
  const refused = await sendChunk(site, path, id, other, [5, 10]);
  expect(refused).toMatchObject({ status: 400, code: notSatisfiable });
  expect(refused.headers["stowage-code"]).toBe("RANGE_OVERLAP");
  await sendChunk(site, path, id, whole, [15, 25]);
  await sessionCall(site, "Commit", id);
  expect((await sendChunk(site, path, id, whole, [15, 25])).status).toBe(200);
  expect((await sendChunk(site, path, id, other, [15, 25])).status).toBe(400);
  expect(await site.read("/App/Code/a b.bin")).toEqual(whole);
});

test("a body of another length than its range is refused, and nothing is stored", async () => {
  const id = guid(5);
  for (const body of [content(0), content(4), content(6)])
    expect(await sendChunk(site, path, id, whole, [0, 5], { body })).toMatchObject({
      status: 400,
      code: "E_INVALIDARG",
    });
  const source = { ...fromBytes(content(5)), size: null };
  expect(await sendChunk(site, path, id, whole, [0, 5], { source })).toMatchObject({ status: 411 });
  expect(await expected(site, id)).toBeNull();
});

test("what came of a body that broke off is kept; of one that must be whole nothing is", async () => {
  const [id, strict] = [guid(6), guid(7)];
  const source = (): ReturnType<typeof broken> => broken(whole.subarray(0, 7), 25);
  expect(await sendChunk(site, path, id, whole, [0, 25], { source: source() })).toMatchObject({ status: 400 });
  expect(await expected(site, id)).toEqual([[7, 25]]);
  const headers = { "stowage-chunk": "whole" };
  expect(await sendChunk(site, path, strict, whole, [0, 25], { source: source(), headers })).toMatchObject({
    status: 400,
  });
  expect(await expected(site, strict)).toEqual([[0, 25]]);
  expect((await sendChunk(site, path, strict, whole, [0, 25], { headers })).status).toBe(200);
  expect((await sessionCall(site, "Commit", strict)).status).toBe(200);
  expect(await site.read("/App/Code/a b.bin")).toEqual(whole);
});

test("an empty file has one chunk without bytes", async () => {
  const id = guid(8);
  expect(await sendChunk(site, "empty", id, content(0), [0, 0])).toMatchObject({ status: 200 });
  expect(await expected(site, id)).toEqual([]);
  expect((await sessionCall(site, "Commit", id)).status).toBe(200);
  expect(await site.read("/empty")).toEqual(Buffer.alloc(0));
});

test("a commit replaces the file", async () => {
  const next = content(9, 3);
  await site.send("PUT", "/dir%2Ffile?api-version=6.0", { body: whole });
  const id = guid(9);
  await sendChunk(site, "dir/file", id, next, [0, 9]);
  expect(await site.read("/dir/file")).toEqual(whole);
  await sessionCall(site, "Commit", id);
  expect(await site.read("/dir/file")).toEqual(next);
});

test("a deleted session is gone, twice over", async () => {
  const id = guid(10);
  await sendChunk(site, path, id, whole, [0, 5]);
  expect(await sessionCall(site, "Delete", id)).toMatchObject({ status: 200, text: "" });
  expect(await sessionCall(site, "Delete", id)).toMatchObject({ status: 404 });
  expect(await sessionCall(site, "Commit", id)).toMatchObject({ status: 400, code: "E_INVALIDARG" });
  expect(await sendChunk(site, path, id, whole, [5, 10])).toMatchObject({
    status: 400,
    code: "FABRIC_E_INVALID_UPLOAD_SESSION_ID",
  });
  expect(await expected(site, id)).toBeNull();
  expect(await sessionCall(site, "Delete", guid(11))).toMatchObject({ status: 404 });
});

test("a file that is committed has no session to delete", async () => {
  const id = guid(12);
  await sendChunk(site, path, id, whole, [0, 25]);
  await sessionCall(site, "Commit", id);
  expect(await sessionCall(site, "Delete", id)).toMatchObject({ status: 404 });
  expect(await site.read("/App/Code/a b.bin")).toEqual(whole);
});

test("by path one sees all one's sessions for it, and no others", async () => {
  const ids = [guid(13), guid(14)];
  for (const id of ids) await sendChunk(site, path, id, whole, [0, 5]);
  await sendChunk(site, "elsewhere", guid(15), whole, [0, 5]);
  await sendChunk(site, path, guid(16), whole, [0, 5], { as: bob });
  await sendChunk(site, path, guid(17), whole, [0, 25]);
  await sessionCall(site, "Commit", guid(17));
  const at = "/App%5CCode%2Fa%20b.bin/$/GetUploadSession?api-version=6.0";
  const { data } = await site.send("GET", at);
  expect(data.UploadSessions.map(({ SessionId }: { SessionId: string }) => SessionId).toSorted()).toEqual(ids);
  expect((await site.send("GET", "/nowhere/$/GetUploadSession?api-version=6.0")).data).toEqual({ UploadSessions: [] });
});

test("somebody else's session looks like none, and the same id is another session", async () => {
  const id = guid(18);
  await sendChunk(site, path, id, whole, [0, 5]);
  const as = bob;
  const unknown = guid(19);
  for (const call of ["Commit", "Get", "Delete"] as const) {
    const [theirs, none] = [await sessionCall(site, call, id, { as }), await sessionCall(site, call, unknown, { as })];
    expect(theirs).toEqual(none);
  }
  expect(await sendChunk(site, "mine", id, content(9, 4), [0, 9], { as })).toMatchObject({ status: 200 });
  expect(await sessionCall(site, "Commit", id, { as })).toMatchObject({ status: 200 });
  expect(await site.read("/mine", bob)).toEqual(content(9, 4));
  expect(await expected(site, id)).toEqual([[5, 25]]);
  expect(await site.send("GET", "/mine?api-version=6.0")).toMatchObject({ status: 404 });
});

test("an expired session is none", async () => {
  const id = guid(20);
  await sendChunk(site, path, id, whole, [0, 5]);
  site.pass(25 * 3600 * 1000);
  expect(await expected(site, id)).toBeNull();
  expect(await sessionCall(site, "Commit", id)).toMatchObject({ status: 400, code: "E_INVALIDARG" });
  expect(await sendChunk(site, path, id, whole, [5, 10])).toMatchObject({ status: 400 });
});

test.each([
  ["", "missing"],
  ["bytes 5-4/10", "backwards"],
  ["bytes 0-10/10", "beyond the end"],
  ["bytes 0-4/*", "of unknown length"],
  ["bytes */10", "no range"],
  ["bytes 0-9007199254740991/9007199254740992", "beyond exact numbers"],
  ["chunks 0-4/10", "another unit"],
])("Content-Range %p is refused: %s", async (range) => {
  const headers = { "content-range": range };
  const reply = await sendChunk(site, path, guid(21), whole, [0, 5], { headers });
  expect(reply).toMatchObject({ status: 400, code: notSatisfiable });
});

test("the unit of a range may be left out", async () => {
  const headers = { "content-range": "0-4/25" };
  expect((await sendChunk(site, path, guid(22), whole, [0, 5], { headers })).status).toBe(200);
});

test.each(["", "nonsense", "00000000-0000-0000-0000-000000000000", "1c3bd5c8000040008000000000000001"])(
  "session-id %p is refused",
  async (id) => {
    const badId = { status: 400, code: "FABRIC_E_INVALID_UPLOAD_SESSION_ID" };
    expect(await sendChunk(site, path, id, whole, [0, 5])).toMatchObject(badId);
    expect(await sessionCall(site, "Commit", id)).toMatchObject(badId);
    expect(await sessionCall(site, "Get", id)).toMatchObject(badId);
    expect(await sessionCall(site, "Delete", id)).toMatchObject(badId);
  },
);

test("the deadline ends a silent body, and what came stays", async () => {
  const waits: number[] = [];
  const impatient = openSite({
    sleep: async (ms, signal) => {
      waits.push(ms);
      const pause = ms === 7_000 ? 50 : 3_600_000;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        signal.addEventListener("abort", () => (clearTimeout(timer), resolve()));
      });
    },
  });
  const at = `/slow/$/UploadChunk?api-version=6.0&timeout=7&session-id=${guid(23)}`;
  const headers = { "content-range": "bytes 0-24/25" };
  const reply = await impatient.send("PUT", at, { headers, source: silent(whole.subarray(0, 11), 25) });
  expect(reply).toMatchObject({ status: 504, code: "FABRIC_E_TIMEOUT" });
  expect(waits).toContain(7_000);
  expect(await expected(impatient, guid(23))).toEqual([[11, 25]]);
  await impatient.close();
});

test("a policy whose parts have rules refuses chunks of any size", async () => {
  const plain = memoryDriver({});
  const part = { ...plain.capabilities.part, minSize: 5 };
  const driver = { ...plain, capabilities: { ...plain.capabilities, part } };
  const strict = openSite({ policies: [{ id: "parts", driver }] });
  expect(await sendChunk(strict, path, guid(24), whole, [0, 5])).toMatchObject({ status: 400, code: "E_NOTIMPL" });
  await strict.close();
});

test("a quota that is used up is told", async () => {
  const small = openSite({ quota: 20 });
  expect(await sendChunk(small, path, guid(25), whole, [0, 5])).toMatchObject({
    status: 413,
    code: "FABRIC_E_VALUE_TOO_LARGE",
  });
  await small.close();
});
