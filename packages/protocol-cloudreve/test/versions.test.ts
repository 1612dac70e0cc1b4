import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fromBytes } from "@stowage/core";
import type { OwnCall } from "../src/call.js";
import { storeWhole } from "../src/upload/store-whole.js";
import { alice, content, download, open, openSite, sendChunk, upload } from "./site.js";
import type { Reply, TestSite } from "./site.js";

const uri = "cloudreve://my/docs/plan.bin";
const absent = "cloudreve://my/docs/other.bin";
const folder = "cloudreve://my/docs";
let site: TestSite;
let first: Reply["data"];
beforeEach(async () => {
  site = openSite({ quota: 1000 });
  await upload(site, uri, content(25), { last_modified: 1000 });
  first = await info();
});
afterEach(() => site.close());

const info = async (extra = ""): Promise<Reply["data"]> =>
  (await site.send("GET", `/file/info?uri=${uri}${extra}`)).data;
const create = async (body: object): Promise<number> =>
  (await site.send("PUT", "/file/upload", { body: { size: 12, ...body } })).code;
const put = (at: string, body: Buffer, previous?: string): Promise<Reply> =>
  site.send("PUT", `/file/content?uri=${at}${previous === undefined ? "" : `&previous=${previous}`}`, { body });
/** What `previous` may be: current, replaced, of another file, of none, no id. */
const previousOf = (kind: string): object => {
  const [entry = "", version = ""] = first.primary_entity.split(".");
  const ids: Record<string, string> = {
    current: first.primary_entity,
    replaced: `${entry}.${version}x`,
    foreign: `x.${version}`,
    nonsense: "nonsense",
    empty: "",
  };
  return kind === "none" ? {} : { previous: ids[kind] };
};

describe("what a create may do to what is there", () => {
  test.each([
    // At an absent file, a present one, a folder.
    ["", "none", 0, 40004, 40004],
    ["", "empty", 0, 40004, 40004],
    ["", "current", 40076, 40004, 40004],
    ["", "replaced", 40076, 40004, 40004],
    ["", "nonsense", 40001, 40001, 40001],
    ["version", "none", 0, 0, 40004],
    ["version", "empty", 0, 0, 40004],
    ["version", "current", 40076, 0, 40004],
    ["version", "replaced", 40076, 40076, 40004],
    ["version", "foreign", 40076, 40076, 40004],
    ["version", "nonsense", 40001, 40001, 40001],
  ])("entity_type %j with previous %s", async (type, previous, atAbsent, atFile, atFolder) => {
    const given = { entity_type: type, ...previousOf(previous) };
    expect(await create({ uri: absent, ...given })).toBe(atAbsent);
    expect(await create({ uri, ...given })).toBe(atFile);
    expect(await create({ uri: folder, ...given })).toBe(atFolder);
    expect(await info()).toEqual(first);
  });

  test.each([
    ["none", 0, 0, 40004],
    ["current", 40076, 0, 40004],
    ["replaced", 40076, 40076, 40004],
    ["foreign", 40076, 40076, 40004],
    ["nonsense", 40001, 40001, 40001],
  ])("PUT /file/content with previous %s", async (kind, atAbsent, atFile, atFolder) => {
    const { previous } = previousOf(kind) as { previous?: string };
    expect((await put(absent, content(5), previous)).code).toBe(atAbsent);
    expect((await put(uri, content(5), previous)).code).toBe(atFile);
    expect((await put(folder, content(5), previous)).code).toBe(atFolder);
    expect((await info()).size).toBe(atFile === 0 ? 5 : 25);
  });
});

describe("a version", () => {
  test("is the file's own from its last byte on: id and birth stay, all else is new", async () => {
    const session = await open(site, uri, 12, { entity_type: "version", last_modified: 5000 });
    await sendChunk(site, session, content(12, 2), 0);
    expect(await info()).toEqual(first);
    expect((await download(site, uri)).equals(content(25))).toBe(true);
    expect((await site.send("GET", "/user/capacity")).data.used).toBe(37);
    await sendChunk(site, session, content(12, 2), 1);
    const second = await info("&extended=true");
    expect(second).toMatchObject({ id: first.id, created_at: first.created_at, size: 12 });
    expect(second.updated_at).toBe("1970-01-01T00:00:05.000Z");
    expect(second.primary_entity).not.toBe(first.primary_entity);
    expect(second.extended_info).toMatchObject({
      storage_used: 12,
      storage_policy: { id: "disk" },
      entities: [{ id: second.primary_entity, size: 12, type: 0, storage_policy: { id: "disk" } }],
    });
    expect((await download(site, uri)).equals(content(12, 2))).toBe(true);
  });

  test("the content that it replaces is gone, and its space is free", async () => {
    const gone = (await site.send("POST", "/file/url", { body: { uris: [uri] } })).data.urls[0].url;
    await upload(site, uri, content(12, 2), { entity_type: "version" });
    expect((await site.send("GET", gone, { as: null })).status).toBe(404);
    expect((await site.send("GET", "/user/capacity")).data).toEqual({ total: 1000, used: 12 });
    expect((await site.engine.sweep()).collected).toBe(1);
  });

  test("that is given up leaves the file as it was", async () => {
    const session = await open(site, uri, 12, { entity_type: "version", previous: first.primary_entity });
    await sendChunk(site, session, content(12, 2), 0);
    await site.send("DELETE", "/file/upload", { body: { id: session.session_id, uri } });
    expect(await info()).toEqual(first);
    expect((await download(site, uri)).equals(content(25))).toBe(true);
    expect((await site.send("GET", "/user/capacity")).data.used).toBe(25);
  });

  test("of a file deleted meanwhile makes it again; with previous it is 40076", async () => {
    const [free, bound] = [
      await open(site, uri, 10, { entity_type: "version" }),
      await open(site, uri, 10, { entity_type: "version", previous: first.primary_entity }),
    ];
    await site.send("DELETE", "/file", { body: { uris: [uri] } });
    expect((await sendChunk(site, bound, content(10, 3), 0)).code).toBe(40076);
    expect((await sendChunk(site, free, content(10, 2), 0)).code).toBe(0);
    expect((await download(site, uri)).equals(content(10, 2))).toBe(true);
  });
});

describe("overwrites at the same time", () => {
  test("with previous, exactly one wins; the others are told so, again and again, and leave nothing", async () => {
    const bodies = [1, 2, 3, 4, 5].map((seed) => content(10, seed));
    const given = { entity_type: "version", previous: first.primary_entity };
    const sessions = await Promise.all(bodies.map(() => open(site, uri, 10, given)));
    const send = (index: number): Promise<Reply> => sendChunk(site, sessions[index], bodies[index] as Buffer, 0);
    const codes = (await Promise.all(bodies.map((_, index) => send(index)))).map(({ code }) => code);
    expect(codes.toSorted((a, b) => a - b)).toEqual([0, 40076, 40076, 40076, 40076]);
    const winner = codes.indexOf(0);
    expect((await download(site, uri)).equals(bodies[winner] as Buffer)).toBe(true);
    for (const index of bodies.keys()) expect((await send(index)).code).toBe(index === winner ? 0 : 40076);
    await site.engine.sweep();
    expect((await site.send("GET", "/user/capacity")).data.used).toBe(10);
  });

  test("without it all succeed, and one content stands", async () => {
    const bodies = [1, 2, 3].map((seed) => content(30, seed));
    const all = await Promise.all(bodies.map((body) => upload(site, uri, body, { entity_type: "version" })));
    for (const { code } of all.flat()) expect(code).toBe(0);
    const stands = await download(site, uri);
    expect(bodies.some((body) => body.equals(stands))).toBe(true);
    expect((await site.send("GET", "/user/capacity")).data.used).toBe(30);
  });

  test("by PUT /file/content: one of those who name the same entity wins", async () => {
    const bodies = [1, 2, 3, 4].map((seed) => content(35, seed));
    const replies = await Promise.all(bodies.map((body) => put(uri, body, first.primary_entity)));
    expect(replies.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 40076, 40076, 40076]);
    const winner = replies.findIndex(({ code }) => code === 0);
    expect((await download(site, uri)).equals(bodies[winner] as Buffer)).toBe(true);
    expect(replies[winner]?.data.primary_entity).toBe((await info()).primary_entity);
    expect((await site.send("GET", "/user/capacity")).data.used).toBe(35);
  });

  test("the answer names the version that was sent, also when another has replaced it since", async () => {
    const engine = site.engine.as(alice);
    const signal = new AbortController().signal;
    // Another writer comes between the completion and the look at the entry.
    const find: typeof engine.find = async (...at) => (await put(uri, content(7)), engine.find(...at));
    const call = { engine: { ...engine, find }, options: { signal } } as unknown as OwnCall;
    const file = { path: "/docs/plan.bin", onConflict: "replace" } as const;
    const made = await storeWhole(call, file, { ...fromBytes(content(9)), size: 9 }, null);
    const now = await info();
    expect(`${made.id}.${made.version}`).not.toBe(now.primary_entity);
    expect(made).toMatchObject({ id: now.id, object: { size: 9 } });
    expect((await put(uri, content(3), `${made.id}.${made.version}`)).code).toBe(40076);
  });
});
