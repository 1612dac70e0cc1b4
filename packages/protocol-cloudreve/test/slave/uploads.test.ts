import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { crc32 } from "node:zlib";
import { cancelQuery, crcField, slavePaths } from "@stowage/cloudreve-wire";
import { memoryBackend, memoryDriver } from "@stowage/core/memory";
import { content, credential, node, openSlave, signer, uploadOf } from "./slave-site.js";
import type { SlaveSiteOptions, SlaveTestSite } from "./slave-site.js";

/** A backend that takes parts of 16 bytes at least, and the same as a relay would show it. */
const backend = memoryBackend();
const narrow: SlaveSiteOptions = {
  policies: [
    {
      id: "narrow",
      driver: memoryDriver({ backend, part: { minSize: 16 }, deferredSize: false, partialChunks: false }),
      relayed: { ...memoryDriver({ backend }), name: "relay(memory)" },
    },
  ],
};

describe.each([
  ["memory, disk", {}],
  ["sqlite, disk", { store: "sqlite" }],
  ["a narrow driver behind a relayed one", narrow],
] as const)("a node over %s", (_, options) => {
  let site: SlaveTestSite;
  beforeEach(async () => {
    site = await openSlave(options);
  });
  afterEach(() => site.close());
  const { sessionId, savePath } = uploadOf({});
  const whole = content(25);
  const slice = (index: number): Buffer => whole.subarray(index * 10, index * 10 + 10);
  const status = () => site.signed("GET", slavePaths.session(sessionId));
  const fetchFile = (path = savePath) => site.signed("GET", slavePaths.content({ path, name: "x.bin" }));

  test("chunks in any order, one twice, side by side: the file is whole, and told by its checksum", async () => {
    expect(await site.open({})).toMatchObject({ status: 200, code: 0, msg: "" });
    expect((await status()).data).toMatchObject({ state: "open", size: 25, received: 0, missing: [[0, 3]] });
    expect((await fetchFile()).status).toBe(404);
    expect(await site.chunk(sessionId, 2, slice(2))).toMatchObject({ status: 200, code: 0 });
    expect((await status()).data).toMatchObject({ received: 5, missing: [[0, 2]], object: null });
    const sent = await Promise.all([0, 1, 0, 2].map((index) => site.chunk(sessionId, index, slice(index))));
    expect(sent.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(whole));
    expect((await status()).data).toMatchObject({
      session_id: sessionId,
      state: "completed",
      missing: [],
      object: { size: 25, crc32: crc.toString("base64") },
    });
    const got = await fetchFile();
    expect(got.status).toBe(200);
    expect(got.bytes.equals(whole)).toBe(true);
    expect(got.headers.get(crcField)).toBe(crc.toString("base64"));
    expect(got.headers.get("content-disposition")).toBe("inline; filename*=UTF-8''x.bin");
  });

  test("the last chunk again, after its reply was lost: a success; other bytes are refused", async () => {
    await site.open({});
    for (const index of [0, 1, 2]) await site.chunk(sessionId, index, slice(index));
    expect(await site.chunk(sessionId, 2, slice(2))).toMatchObject({ status: 200, code: 0 });
    expect(await site.chunk(sessionId, 2, content(5, 7))).toMatchObject({ status: 200, code: 40001 });
    expect((await fetchFile()).bytes.equals(whole)).toBe(true);
  });

  test("ranges and HEAD", async () => {
    await site.open({});
    for (const index of [0, 1, 2]) await site.chunk(sessionId, index, slice(index));
    const path = slavePaths.content({ path: savePath, name: "ü.bin" });
    const sign = encodeURIComponent(await signer.signUrl(decodeURIComponent(path), 0));
    const part = await site.send("GET", `${path}?download=true&sign=${sign}`, { headers: { range: "bytes=7-12" } });
    expect(part.status).toBe(206);
    expect(part.bytes.equals(whole.subarray(7, 13))).toBe(true);
    expect(part.headers.get("content-range")).toBe("bytes 7-12/25");
    expect(part.headers.get("content-disposition")).toMatch(/^attachment; filename\*=UTF-8''%C3%BC\.bin$/);
    const head = await site.send("HEAD", `${path}?sign=${sign}`);
    expect([head.status, head.headers.get("content-length"), head.bytes.length]).toEqual([200, "25", 0]);
    const beyond = await site.send("GET", `${path}?sign=${sign}`, { headers: { range: "bytes=99-" } });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */25"]);
    const tag = part.headers.get("etag") ?? "";
    expect((await site.send("GET", `${path}?sign=${sign}`, { headers: { "if-none-match": tag } })).status).toBe(304);
  });

  test("an empty file is one empty chunk, and chunk size 0 is one chunk", async () => {
    await site.open({ size: 0, savePath: "empty" });
    expect((await status()).data.missing).toEqual([[0, 1]]);
    expect((await site.chunk(sessionId, 0, new Uint8Array())).code).toBe(0);
    expect((await fetchFile("empty")).bytes.length).toBe(0);
    await site.open({ sessionId: "one", chunkSize: 0, savePath: "one" });
    expect((await site.chunk("one", 1, whole)).code).toBe(40012);
    expect((await site.chunk("one", 0, whole)).code).toBe(0);
    expect((await fetchFile("one")).bytes.equals(whole)).toBe(true);
  });

  test("a chunk of the wrong length or index is refused, and changes nothing", async () => {
    await site.open({});
    for (const body of [content(9), content(11), new Uint8Array()])
      expect(await site.chunk(sessionId, 0, body)).toMatchObject({ status: 200, code: 40013 });
    expect((await site.chunk(sessionId, 2, content(10))).code).toBe(40013);
    for (const index of [3, 99, -1, 1.5, 1e12]) expect((await site.chunk(sessionId, index, slice(0))).code).toBe(40012);
    const bare = { body: slice(0), headers: { authorization: await credential(sessionId) } };
    expect((await site.send("POST", slavePaths.session(sessionId), bare)).code).toBe(40012);
    expect((await status()).data).toMatchObject({ state: "open", received: 0, missing: [[0, 3]] });
  });

  test("a length of X-Expected-Entity-Length stands for a body that is streamed, and is checked", async () => {
    await site.open({});
    const streamed = async (length: string, bytes: Buffer) =>
      site.send("POST", `${slavePaths.session(sessionId)}?chunk=0`, {
        body: new Blob([bytes]).stream(),
        duplex: "half",
        headers: { authorization: await credential(sessionId), "x-expected-entity-length": length },
      } as RequestInit);
    expect((await streamed("10", content(9))).code).toBe(40013);
    expect((await streamed("10", content(11))).code).toBe(40013);
    expect((await streamed("x", slice(0))).code).toBe(40001);
    expect((await status()).data.received).toBe(0);
    expect((await streamed("10", slice(0))).code).toBe(0);
  });

  test("errors have statuses of their own where a client asks for them", async () => {
    await site.open({});
    expect((await site.chunk(sessionId, 0, content(9), "&status=http")).status).toBe(400);
    expect((await site.chunk("unknown", 0, content(9), "&status=http")).status).toBe(404);
    expect((await site.chunk("unknown", 0, content(9))).status).toBe(200);
    const wrong = { body: slice(0), headers: { authorization: await credential("another") } };
    const path = `${slavePaths.session(sessionId)}?chunk=0&status=http`;
    expect(await site.send("POST", path, wrong)).toMatchObject({ status: 401, code: 40071 });
    expect((await site.chunk(sessionId, 0, slice(0), "&status=http")).status).toBe(200);
  });

  test("a session again is the same session; for another file it is refused", async () => {
    const { expiresAt } = uploadOf({});
    await site.open({ expiresAt });
    await site.chunk(sessionId, 0, slice(0));
    expect((await site.open({ expiresAt })).code).toBe(0);
    expect((await status()).data.received).toBe(10);
    for (const other of [{ size: 26 }, { savePath: "other" }, { chunkSize: 11 }])
      expect(await site.open({ ...other })).toMatchObject({ status: 200, code: 409 });
    expect((await site.open({ sessionId: "second" })).code).toBe(40073);
  });

  test("cancelled in the middle, and after the end: nothing stays, and a late chunk is refused", async () => {
    await site.open({});
    await site.chunk(sessionId, 0, slice(0));
    const cancel = () => site.signed("DELETE", slavePaths.session(sessionId));
    expect((await cancel()).code).toBe(0);
    expect((await cancel()).code).toBe(0);
    expect((await site.chunk(sessionId, 1, slice(1))).code).toBe(40011);
    expect((await site.open({})).code).toBe(40011);
    await site.open({ sessionId: "second" });
    for (const index of [0, 1, 2]) await site.chunk("second", index, slice(index));
    expect((await fetchFile()).status).toBe(200);
    expect((await site.signed("DELETE", slavePaths.session("second"))).code).toBe(0);
    expect((await fetchFile()).status).toBe(404);
    expect((await site.signed("DELETE", slavePaths.session("never-there"))).code).toBe(0);
    expect(await site.engine.as(node).list("/uploads/1", null, 10)).toEqual([]);
  });

  test("a file whose upload the node has forgotten goes with it, and no other file", async () => {
    await site.open({});
    for (const index of [0, 1, 2]) await site.chunk(sessionId, index, slice(index));
    site.pass(30 * 24 * 3600_000);
    await site.engine.sweep();
    const files = async () => (await site.engine.as(node).list("/uploads/1", null, 10)).length;
    const cancel = async (id: string, path: string) => {
      // Without an end, for the clock has moved.
      const sign = await signer.signUrl(slavePaths.session(id), 0);
      return (await site.send("DELETE", `${slavePaths.session(id)}${cancelQuery(path)}&sign=${sign}`)).code;
    };
    expect(await cancel("another", savePath)).toBe(0);
    expect(await cancel(sessionId, "uploads/1/none")).toBe(0);
    expect(await cancel(sessionId, "uploads/1")).toBe(0);
    expect(await files()).toBe(1);
    expect(await cancel(sessionId, savePath)).toBe(0);
    expect(await files()).toBe(0);
    expect(await cancel(sessionId, savePath)).toBe(0);
  });

  test("an upload lives as long as its master says, and then is gone", async () => {
    const twoDays = 2 * 24 * 3600_000;
    await site.open({ expiresAt: Date.now() + twoDays });
    site.pass(twoDays - 60_000);
    // Signed anew: the node's clock has moved.
    const late = await signer.signHeader(
      { path: slavePaths.session(sessionId), headers: {}, body: "" },
      Math.floor((Date.now() + 2 * twoDays) / 1000),
    );
    const chunk = (index: number) =>
      site.send("POST", `${slavePaths.session(sessionId)}?chunk=${index}`, {
        body: slice(index),
        headers: { authorization: late },
      });
    expect((await chunk(0)).code).toBe(0);
    site.pass(twoDays * 8);
    expect((await chunk(1)).code).toBe(40005);
    expect((await site.engine.sweep()).aborted).toBe(1);
    expect(await site.engine.as(node).usage()).toMatchObject({ reserved: 0, stored: 0 });
  });

  test("files are listed, described and deleted", async () => {
    await site.open({});
    for (const index of [0, 1, 2]) await site.chunk(sessionId, index, slice(index));
    const list = async (query: string) => (await site.signed("GET", `${slavePaths.list}?${query}`)).data;
    expect(await list("path=uploads")).toMatchObject([{ Name: "1", IsDir: true, Source: "uploads/1" }]);
    expect(await list("path=/&recursive=true")).toMatchObject([
      { Name: "uploads", IsDir: true },
      { Name: "1", IsDir: true },
      { Name: "a b.bin", IsDir: false, Size: 25, Source: savePath, RelativePath: savePath },
    ]);
    expect(await list("path=nowhere")).toEqual([]);
    const meta = await site.signed("GET", slavePaths.meta(savePath));
    expect(meta.data).toContainEqual({ Type: "file", Key: "size", Value: "25" });
    expect((await site.signed("GET", slavePaths.meta("none"))).code).toBe(40044);
    const remove = (files: readonly string[]) => site.signed("DELETE", slavePaths.files, JSON.stringify({ files }));
    expect(await remove(["../x"])).toMatchObject({ code: 203, data: ["../x"] });
    // A folder is no file: it is not there, and stays.
    expect((await remove(["uploads"])).code).toBe(0);
    expect((await fetchFile()).status).toBe(200);
    expect((await remove([savePath, "gone"])).code).toBe(0);
    expect((await fetchFile()).status).toBe(404);
  });
});
