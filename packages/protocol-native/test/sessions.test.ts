import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { silentLogger, UploadError } from "@stowage/core";
import type { StorageDriver } from "@stowage/core";
import { native } from "../src/index.js";
import { bob, broken, content, exchangeOf, open, openSite, prefix, sendChunk, unsized, upload } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

const whole = content(25);
const clientId = "0123456789abcdefghij-_";

describe("a session", () => {
  test("is cut into chunks, which may come in any order and twice", async () => {
    const reply = await site.send("POST", "/sessions", { body: { path: "/a/b.bin", size: 25 } });
    expect(reply.headers["location"]).toBe(`/uploads/sessions/${reply.data.id}`);
    const session = reply.data;
    expect(session).toMatchObject({
      state: "open",
      path: "/a/b.bin",
      size: 25,
      received: 0,
      chunkSize: 10,
      chunkCount: 3,
      parallel: 4,
      transfer: "through",
      policy: "disk",
      missing: [{ start: 0, end: 3 }],
    });
    expect((await sendChunk(site, session, whole, 2)).data).toEqual({ received: 5, completed: false });
    expect((await sendChunk(site, session, whole, 0)).data).toEqual({ received: 15, completed: false });
    expect((await sendChunk(site, session, whole, 0)).data).toEqual({ received: 15, completed: false });
    expect((await site.send("GET", `/sessions/${session.id}`)).data.missing).toEqual([{ start: 1, end: 2 }]);
    const last = await sendChunk(site, session, whole, 1);
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(whole));
    const checksum = { algorithm: "crc32", value: value.toString("base64") };
    expect(last.data).toEqual({ received: 25, completed: true, checksum });
    // Its reply may be lost: both questions have the same answer again and again.
    expect((await sendChunk(site, session, whole, 1)).data).toEqual(last.data);
    for (const [method, path] of [
      ["POST", "/complete"],
      ["POST", "/complete"],
      ["GET", ""],
    ] as const) {
      const { status, data } = await site.send(method, `/sessions/${session.id}${path}`);
      expect(status).toBe(200);
      expect(data).toMatchObject({ state: "completed", received: 25, checksum, file: { path: "/a/b.bin", size: 25 } });
      expect(data).not.toHaveProperty("missing");
    }
    expect((await site.send("GET", "/files/content?path=/a/b.bin")).raw).toEqual(whole);
  });

  test("of an empty file is finished at once", async () => {
    const session = await open(site, "/empty", 0);
    expect(session).toMatchObject({ state: "completed", size: 0, chunkCount: 1, file: { path: "/empty", size: 0 } });
    expect((await site.send("GET", "/files/content?path=/empty")).raw).toHaveLength(0);
  });

  test("is made once for an id, whoever asks again, and once for each owner", async () => {
    const body = { id: clientId, path: "/x", size: 25 };
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => site.send("POST", "/sessions", { body })));
    for (const { status, data } of others) expect([status, data.id]).toEqual([201, first?.data.id]);
    expect(first?.data.id).not.toContain(clientId);
    await sendChunk(site, first?.data, whole, 0);
    const again = await site.send("POST", "/sessions", { body });
    expect(again.data).toMatchObject({ id: first?.data.id, received: 10, missing: [{ start: 1, end: 3 }] });
    const other = await site.send("POST", "/sessions", { body, as: bob });
    expect(other.data.id).not.toBe(first?.data.id);
    const conflict = await site.send("POST", "/sessions", { body: { ...body, size: 26 } });
    expect(conflict).toMatchObject({ status: 409, data: { code: "SESSION_EXISTS", retryable: false } });
  });

  test("knows its type, time, metadata and checksum", async () => {
    const sha256 = createHash("sha256").update(whole).digest("base64");
    const extra = { contentType: "text/x-notes", modifiedAt: 86_400_000, metadata: { "app:tag": "blue" } };
    const checksum = { algorithm: "sha256", value: sha256 };
    await upload(site, "/told", whole, extra);
    const { data } = await site.send("GET", "/files");
    expect(data.files[0]).toMatchObject(extra);
    const wrong = await site.send("POST", "/sessions", {
      body: { path: "/wrong", size: 25, checksum: { ...checksum, value: `${"A".repeat(43)}=` } },
    });
    const replies = [];
    for (let index = 0; index < 3; index += 1) replies.push(await sendChunk(site, wrong.data, whole, index));
    expect(replies.at(-1)).toMatchObject({ status: 422, data: { code: "CHECKSUM_MISMATCH", retryable: false } });
    const told = await site.send("GET", `/sessions/${wrong.data.id}`);
    expect(told.data).toMatchObject({ state: "aborted", error: { reason: "failed", code: "CHECKSUM_MISMATCH" } });
  });

  test("has the type of its name where its client tells none", async () => {
    await upload(site, "/film.mp4", whole);
    await upload(site, "/other", whole);
    const { data } = await site.send("GET", "/files");
    expect(data.files.map(({ contentType }: { readonly contentType: string }) => contentType)).toEqual([
      "video/mp4",
      "application/octet-stream",
    ]);
  });

  test("is cancelled as often as one likes, but not once it is a file", async () => {
    const session = await open(site, "/gone", 25);
    for (const _ of [1, 2]) expect((await site.send("DELETE", `/sessions/${session.id}`)).status).toBe(204);
    const told = await site.send("GET", `/sessions/${session.id}`);
    expect(told.data).toMatchObject({ state: "aborted", error: { reason: "client" } });
    const late = await sendChunk(site, session, whole, 0);
    expect(late).toMatchObject({ status: 409, data: { code: "SESSION_CLOSED", details: { state: "aborted" } } });
    await upload(site, "/stays", whole);
    const finished = (await site.send("GET", "/sessions?state=completed")).data.sessions[0];
    const refused = await site.send("DELETE", `/sessions/${finished.id}`);
    expect(refused).toMatchObject({ status: 409, data: { code: "SESSION_CLOSED", details: { state: "completed" } } });
  });

  test("expires, and says so", async () => {
    const session = await open(site, "/late", 25);
    site.pass(25 * 3600 * 1000);
    expect(await sendChunk(site, session, whole, 0)).toMatchObject({ status: 410, data: { code: "SESSION_EXPIRED" } });
    expect(await site.send("GET", `/sessions/${session.id}`)).toMatchObject({ status: 410 });
  });

  test("is a stranger's, and looks like none", async () => {
    const session = await open(site, "/mine", 25);
    const shape = async (id: string) =>
      Promise.all(
        [
          ["GET", ""],
          ["DELETE", ""],
          ["POST", "/complete"],
          ["PUT", "/chunks/0"],
        ].map(([method = "", path]) =>
          site.send(method, `/sessions/${id}${path}`, { as: bob, body: whole.subarray(0, 10) }).then((reply) => ({
            status: reply.status,
            data: reply.data,
          })),
        ),
      );
    const mine = await shape(session.id);
    expect(mine).toEqual(await shape("0".repeat(43)));
    for (const { status } of mine) expect(status).toBe(404);
    expect((await site.send("GET", "/sessions", { as: bob })).data.sessions).toEqual([]);
    expect((await site.send("GET", `/sessions/${session.id}`)).data.received).toBe(0);
  });
});

test("sessions are listed by pages", async () => {
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) ids.push((await open(site, `/${index}`, 5)).id);
  const seen: string[] = [];
  for (let after = ""; ;) {
    const { data } = await site.send("GET", `/sessions?state=open&limit=2${after}`);
    seen.push(...data.sessions.map(({ id }: { id: string }) => id));
    if (data.next === undefined) break;
    after = `&after=${data.next}`;
  }
  expect(seen).toEqual(ids.toSorted());
  expect((await site.send("GET", "/sessions?state=aborted")).data.sessions).toEqual([]);
});

describe("a chunk", () => {
  test("that is wrong is refused, and changes nothing", async () => {
    const session = await open(site, "/c", 25);
    const path = `/sessions/${session.id}/chunks`;
    const cases = [
      [await site.send("PUT", `${path}/0`, { body: content(9) }), 400, "CHUNK_SIZE_MISMATCH"],
      [await site.send("PUT", `${path}/0`, { source: unsized(content(11)) }), 400, "CHUNK_SIZE_MISMATCH"],
      [await site.send("PUT", `${path}/0`, { source: unsized(content(9)) }), 400, "BODY_TRUNCATED"],
      [await site.send("PUT", `${path}/0`, { source: broken(content(9), 10) }), 400, "INTERRUPTED"],
      [await site.send("PUT", `${path}/3`, { body: content(5) }), 400, "CHUNK_INDEX_INVALID"],
      [await site.send("PUT", `${path}/01`, { body: content(10) }), 400, "CHUNK_INDEX_INVALID"],
      [
        await site.send("PUT", `${path}/0`, { body: content(10), headers: { "content-encoding": "gzip" } }),
        415,
        "CODING_UNKNOWN",
      ],
    ] as const;
    for (const [reply, status, code] of cases) expect(reply).toMatchObject({ status, data: { code } });
    expect((await site.send("GET", `/sessions/${session.id}`)).data.received).toBe(0);
    await sendChunk(site, session, whole, 0);
    const other = await site.send("PUT", `${path}/0`, { body: content(10, 2) });
    expect(other).toMatchObject({ status: 409, data: { code: "RANGE_OVERLAP", retryable: false } });
    expect(await site.send("POST", `/sessions/${session.id}/complete`)).toMatchObject({
      status: 409,
      data: { code: "UPLOAD_INCOMPLETE", details: { missing: [{ start: 10, end: 25 }] } },
    });
  });

  test("may carry Content-Digest", async () => {
    const session = await open(site, "/d", 25);
    const send = (field: string) =>
      site.send("PUT", `/sessions/${session.id}/chunks/0`, {
        body: whole.subarray(0, 10),
        headers: { "content-digest": field },
      });
    const sha256 = createHash("sha256").update(whole.subarray(0, 10)).digest("base64");
    const wrong = await send(`sha-256=:${"A".repeat(43)}=:`);
    expect(wrong).toMatchObject({ status: 422, data: { code: "CHECKSUM_MISMATCH", retryable: true } });
    for (const field of ["sha-256=abc", "sha-256=:AAAA:", "", `sha-256=:${"A".repeat(42)}=:`])
      expect(await send(field)).toMatchObject({ status: 400, data: { code: "OPTIONS_INVALID" } });
    expect((await send(`unixsum=:AAAA:, sha-256=:${sha256}:`)).data.received).toBe(10);
  });
});

describe("trouble with the backend", () => {
  test("is told as something to try again, without a word of whose fault", async () => {
    const secret = "https://user:pass@backend.internal/bucket";
    const wrap = (driver: StorageDriver): StorageDriver => ({
      ...driver,
      begin: () => {
        throw new UploadError("BACKEND_THROTTLED", secret, { driver: secret, retryAfterMs: 1500 }, { retry: "same" });
      },
    });
    const sick = openSite({ wrap });
    const reply = await sick.send("POST", "/sessions", { body: { path: "/x", size: 5 } });
    expect(reply).toMatchObject({
      status: 503,
      headers: { "retry-after": "2", "content-type": "application/problem+json; charset=utf-8" },
      data: { code: "BACKEND_THROTTLED", retryable: true, retryAfterMs: 1500 },
    });
    expect(reply.raw.toString()).not.toContain("backend.internal");
    await sick.close();
  });

  test("that is no error of ours is a plain 500, and its place is in the log", async () => {
    const lines: unknown[] = [];
    const log = { ...silentLogger, error: (fields: unknown) => void lines.push(fields) };
    const access = {
      caller: bob,
      as: () => {
        throw new TypeError("secret words");
      },
    };
    const { signal } = new AbortController();
    const answer = await native({}, { log }).handle(exchangeOf("GET", "/usage", {}), access, { prefix, signal });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body as string)).toMatchObject({ code: "INTERNAL", retryable: true });
    expect(answer.body).not.toContain("secret");
    expect(JSON.stringify(lines)).toContain("TypeError");
    expect(JSON.stringify(lines)).not.toContain("secret");
  });
});
