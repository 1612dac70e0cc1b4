import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "@jest/globals";
import { memoryDriver } from "@stowage/core/memory";
import { bob, content, download, open, openSite, sendChunk, unsized, upload } from "./site.js";
import type { SiteOptions, TestSite } from "./site.js";

let site: TestSite;
const start = (options: SiteOptions = {}): TestSite => (site = openSite(options));
afterEach(() => site.close());

const uri = "cloudreve://my/a/b/c.bin";
const day = 24 * 3600 * 1000;

const received = async (id: string): Promise<number> => (await site.send("GET", `/file/upload/${id}`)).data.received;

describe("sessions", () => {
  test("40011 for one that has gone; the SDK cancels it, opens another and begins again", async () => {
    start();
    const whole = content(25);
    const first = await open(site, uri, 25);
    await sendChunk(site, first, whole, 0);
    site.pass(2 * day);
    expect((await sendChunk(site, first, whole, 1)).code).toBe(40011);
    const cancel = { id: first.session_id, uri: first.uri };
    expect([0, 40016]).toContain((await site.send("DELETE", "/file/upload", { body: cancel })).code);
    await upload(site, uri, whole);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("cancelling gives quota and path back; again is a success", async () => {
    start({ quota: 30 });
    const whole = content(25);
    const session = await open(site, uri, 25);
    await sendChunk(site, session, whole, 0);
    expect((await site.send("GET", "/user/capacity")).data).toEqual({ total: 30, used: 25 });
    const full = await site.send("PUT", "/file/upload", { body: { uri: "cloudreve://my/other", size: 6 } });
    expect(full.code).toBe(40051);
    const body = { id: session.session_id, uri: session.uri };
    for (let times = 0; times < 2; times += 1) {
      expect((await site.send("DELETE", "/file/upload", { body })).all).toEqual({ code: 0, msg: "" });
    }
    expect((await site.send("GET", "/user/capacity")).data).toEqual({ total: 30, used: 0 });
    expect((await sendChunk(site, session, whole, 1)).code).toBe(40011);
    expect((await site.send("GET", `/file/info?uri=${uri}`)).code).toBe(40016);
    expect((await upload(site, uri, whole)).map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  test("cancelling needs the right file, and a session", async () => {
    start();
    const session = await open(site, uri, 25);
    const other = { id: session.session_id, uri: "cloudreve://my/other" };
    expect((await site.send("DELETE", "/file/upload", { body: other })).code).toBe(404);
    const respelled = { id: session.session_id, uri: "cloudreve://my/%61/b//c.bin" };
    const unknown = { id: "9897ebae-7b73-4169-aabc-6396f470e4bb", uri };
    expect((await site.send("DELETE", "/file/upload", { body: unknown })).code).toBe(40016);
    expect((await site.send("DELETE", "/file/upload", { body: respelled })).code).toBe(0);
  });

  test("a stranger's session looks like none", async () => {
    start();
    const session = await open(site, uri, 25);
    const nobody = "9897ebae-7b73-4169-aabc-6396f470e4bb";
    const headers = { "x-cr-correlation-id": nobody };
    for (const [method, path] of [
      ["POST", "/file/upload/ID/0"],
      ["GET", "/file/upload/ID"],
    ] as const) {
      const ask = async (id: string) =>
        (await site.send(method, path.replace("ID", id), { as: bob, headers, body: content(10) })).all;
      expect(await ask(session.session_id)).toEqual(await ask(nobody));
      expect(await ask(nobody)).toMatchObject({ code: 40011, correlation_id: nobody });
    }
    const cancel = async (id: string) =>
      (await site.send("DELETE", "/file/upload", { as: bob, headers, body: { id, uri } })).all;
    expect(await cancel(session.session_id)).toEqual(await cancel(nobody));
    expect((await site.send("DELETE", "/file/lock", { as: bob, body: { tokens: [session.session_id] } })).code).toBe(0);
    expect(await received(session.session_id)).toBe(0);
  });

  test("nobody in particular must log in", async () => {
    start();
    for (const [method, path] of [
      ["PUT", "/file/upload"],
      ["POST", "/file/upload/x/0"],
      ["DELETE", "/file/upload"],
      ["PUT", `/file/content?uri=${uri}`],
      ["GET", "/file?uri=cloudreve://my"],
      ["GET", "/user/capacity"],
    ] as const) {
      expect(await site.send(method, path, { as: null })).toMatchObject({ status: 200, code: 401 });
    }
  });
});

describe("lengths, indices and digests", () => {
  test("a wrong length is 40013, names the right one and changes nothing", async () => {
    start();
    const session = await open(site, uri, 25);
    const path = `/file/upload/${session.session_id}`;
    for (const [index, size, expected] of [
      [0, 9, 10],
      [0, 11, 10],
      [0, 0, 10],
      [2, 10, 5],
    ] as const) {
      const reply = await site.send("POST", `${path}/${index}`, { body: content(size) });
      expect(reply.code).toBe(40013);
      expect(reply.msg).toContain(`expected ${expected} bytes`);
    }
    expect(await received(session.session_id)).toBe(0);
  });

  test("chunked bodies need X-Expected-Entity-Length, and must keep to it", async () => {
    start();
    const whole = content(10);
    const session = await open(site, uri, 10);
    const path = `/file/upload/${session.session_id}/0`;
    const send = (source: Uint8Array, length?: string) =>
      site.send("POST", path, {
        source: unsized(source),
        headers: length === undefined ? {} : { "x-expected-entity-length": length },
      });
    expect((await send(whole)).code).toBe(40013);
    expect((await send(whole, "11")).code).toBe(40013);
    expect((await send(whole, "ten")).code).toBe(40001);
    expect((await send(whole.subarray(0, 9), "10")).code).toBe(40013);
    expect((await send(content(11), "10")).code).toBe(40013);
    expect(await received(session.session_id)).toBe(0);
    expect((await send(whole, "10")).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test.each(["-1", "3", "1.0", "01", "1e0", "+1", " 1", "0x1", "99999999999999999999", "null"])(
    "index %s is 40012",
    async (index) => {
      start();
      const session = await open(site, uri, 25);
      const path = `/file/upload/${session.session_id}/${encodeURIComponent(index)}`;
      expect((await site.send("POST", path, { body: content(10) })).code).toBe(40012);
      expect(await received(session.session_id)).toBe(0);
    },
  );

  test("a digest is checked, and a chunk that is not it can come again", async () => {
    start();
    const whole = content(20);
    const session = await open(site, uri, 20);
    const path = `/file/upload/${session.session_id}`;
    const digest = (algorithm: string, bytes: Buffer): string => createHash(algorithm).update(bytes).digest("base64");
    const first = whole.subarray(0, 10);
    const right = `sha-256=:${digest("sha256", first)}:`;
    const wrong = `sha-256=:${digest("sha256", whole)}:`;
    const send = (index: number, body: Buffer, headers: Record<string, string>) =>
      site.send("POST", `${path}/${index}`, { body, headers });
    expect((await send(0, first, { "content-digest": wrong })).code).toBe(-1);
    expect((await send(0, first, { "content-digest": "sha-256=abc" })).code).toBe(40001);
    expect(await received(session.session_id)).toBe(0);
    expect((await send(0, first, { "content-digest": right })).code).toBe(0);
    const second = whole.subarray(10);
    const tus = (bytes: Buffer): string => `sha1 ${digest("sha1", bytes)}`;
    expect((await send(1, second, { "upload-checksum": tus(first) })).code).toBe(-1);
    expect((await send(1, second, { "upload-checksum": tus(second) })).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });

  test("a policy that takes chunks in order answers -1 to one that comes too early", async () => {
    start({ policy: { chunks: { parallel: 1 } } });
    const whole = content(25);
    const session = await open(site, uri, 25);
    expect(session.storage_policy).not.toHaveProperty("chunk_concurrency");
    expect((await sendChunk(site, session, whole, 1)).code).toBe(-1);
    for (const index of [0, 1, 2]) expect((await sendChunk(site, session, whole, index)).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });
});

describe("policies", () => {
  test("rules and limits are told, and kept", async () => {
    const extensions = { kind: "allow", list: ["ZIP", "txt"] } as const;
    const pattern = { kind: "deny", regexp: "secret" } as const;
    start({ policy: { accept: { maxSize: 100, names: { extensions, pattern } } } });
    const create = async (name: string, size: number) =>
      (await site.send("PUT", "/file/upload", { body: { uri: `cloudreve://my/${name}`, size } })).code;
    expect(await create("a.exe", 1)).toBe(40052);
    expect(await create("noextension", 1)).toBe(40052);
    expect(await create("secret.txt", 1)).toBe(40052);
    expect(await create("a.txt", 101)).toBe(40049);
    expect(await create("A.Zip", 100)).toBe(0);
    const listing = await site.send("GET", "/file?uri=cloudreve://my");
    expect(listing.data.storage_policy).toMatchObject({
      max_size: 100,
      allowed_suffix: ["zip", "txt"],
      denied_name_regexp: "secret",
    });
  });

  test.each([
    "a:b",
    "a%5Cb",
    "a*",
    "a%3Fb",
    "%22",
    "a%3Cb",
    "a%3E",
    "a%7Cb",
    "a%00",
    "a%0Ab",
    "x".repeat(256),
    `ok/${"ü".repeat(128)}/x`,
  ])("the name %s is 40052", async (name) => {
    start();
    expect((await site.send("PUT", "/file/upload", { body: { uri: `cloudreve://my/${name}`, size: 1 } })).code).toBe(
      40052,
    );
  });

  test("routing rules choose; a client may, where the operator lets it", async () => {
    const more = [{ id: "big", driver: memoryDriver({}), chunks: { size: 20, parallel: 2 } }];
    const routing = [{ when: { minSize: 50 }, use: [{ policyId: "big", weight: 1 }] }];
    const create = async (body: object) => (await site.send("PUT", "/file/upload", { body: { uri, ...body } })).data;
    start({ more, routing });
    expect((await create({ size: 60, policy_id: "disk" })).storage_policy.id).toBe("big");
    await site.close();
    start({ more, routing });
    expect((await create({ size: 10, policy_id: "big" })).storage_policy.id).toBe("disk");
    await site.close();
    start({ more: [{ id: "big", driver: memoryDriver({}) }], routing, api: { clientChoosesPolicy: true } });
    expect((await create({ size: 10, policy_id: "big" })).storage_policy.id).toBe("big");
    const unknown = await site.send("PUT", "/file/upload", { body: { uri: "cloudreve://my/x", policy_id: "J7uV" } });
    expect(unknown).toMatchObject({ code: 40001, msg: "bad parameters: policy_id: unknown policy" });
  });

  test("what cannot be made: 404 routes, folders in the way, other people's files, photos", async () => {
    start();
    await upload(site, "cloudreve://my/file", content(5));
    const create = async (body: object) => (await site.send("PUT", "/file/upload", { body })).code;
    expect(await create({ uri: "cloudreve://my/file/inside", size: 1 })).toBe(403);
    expect(await create({ uri: "cloudreve://my", size: 1 })).toBe(40004);
    expect(await create({ uri: "cloudreve://bob@my/x", size: 1 })).toBe(403);
    expect(await create({ uri: "cloudreve://x@share/x", size: 1 })).toBe(403);
    expect(await create({ uri: "cloudreve://my/none", size: 1, entity_type: "live_photo" })).toBe(40016);
    expect(await create({ uri: "cloudreve://my/file", size: 1, entity_type: "live_photo" })).toBe(403);
    expect(await site.send("PATCH", "/file/upload")).toMatchObject({ status: 200, code: 404 });
    expect(await site.send("GET", "/nowhere")).toMatchObject({ status: 200, code: 404 });
  });

  test("bad fields are named", async () => {
    start();
    const ask = async (body: object) => (await site.send("PUT", "/file/upload", { body })).msg;
    expect(await ask({})).toContain("uri");
    expect(await ask({ uri, size: -1 })).toContain("size");
    expect(await ask({ uri, size: 1.5 })).toContain("size");
    expect(await ask({ uri, size: "1" })).toContain("size");
    expect(await ask({ uri, metadata: { "evil:x": "1" } })).toContain("metadata.evil:x");
    expect(await ask({ uri, entity_type: "thumb" })).toContain("entity_type");
    expect(await ask({ uri, mime_type: "text/html\r\nx: y" })).toContain("mime_type");
    expect(await ask({ uri, last_modified: 9e15 })).toContain("last_modified");
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`tag:${index}`, ""]));
    expect(await ask({ uri, metadata: many })).toContain("at most 256");
  });

  test("metadata and keys in any case are kept", async () => {
    start();
    await upload(site, uri, content(5), { Metadata: { "customize:icon": "x" }, LAST_MODIFIED: 1000, mime_type: "" });
    const { data } = await site.send("GET", `/file/info?uri=${uri}&extended=true`);
    expect(data).toMatchObject({
      metadata: { "customize:icon": "x" },
      updated_at: "1970-01-01T00:00:01.000Z",
      extended_info: { storage_used: 5, entities: [{ id: data.primary_entity, size: 5, type: 0 }] },
    });
  });
});
