import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { bob, content, openSite, upload } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

const whole = content(25);

describe("files", () => {
  test("are listed by pages, in the order of names", async () => {
    for (const name of ["c", "a", "b"]) await upload(site, `/folder/${name}`, whole);
    const root = await site.send("GET", "/files");
    expect(root.data.files).toMatchObject([{ path: "/folder", kind: "folder", size: 0 }]);
    const first = await site.send("GET", "/files?folder=/folder&limit=2");
    expect(first.data).toMatchObject({ folder: "/folder", files: [{ path: "/folder/a" }, { path: "/folder/b" }] });
    const second = await site.send("GET", `/files?folder=/folder&limit=2&after=${first.data.next}`);
    expect(second.data.files).toMatchObject([{ path: "/folder/c", kind: "file", size: 25 }]);
    expect(second.data).not.toHaveProperty("next");
    expect((await site.send("GET", "/files", { as: bob })).data.files).toEqual([]);
    for (const folder of ["/nowhere", "/folder/a"])
      expect(await site.send("GET", `/files?folder=${folder}`)).toMatchObject({ status: 404 });
  });

  test("are described one by one, as in a list", async () => {
    await upload(site, "/a b/c", whole);
    const [listed] = (await site.send("GET", "/files?folder=/a%20b")).data.files;
    expect((await site.send("GET", "/files/info?path=/a%20b/c")).data).toEqual(listed);
    expect((await site.send("GET", `/files/info?id=${listed.id}`)).data).toEqual(listed);
    expect((await site.send("GET", "/files/info?path=/a%20b")).data).toMatchObject({ kind: "folder" });
    expect(await site.send("GET", "/files/info?path=/a%20b/c", { as: bob })).toMatchObject({ status: 404 });
    expect(await site.send("GET", "/files/info")).toMatchObject({ status: 400 });
  });

  test("are downloaded whole, by range, by id, and not again", async () => {
    await upload(site, "/a'b é.bin", whole, { contentType: "text/html" });
    const path = `/files/content?path=${encodeURIComponent("/a'b é.bin")}`;
    const all = await site.send("GET", path);
    expect(all.raw).toEqual(whole);
    expect(all.headers).toMatchObject({
      "content-length": "25",
      "content-type": "text/html",
      "content-disposition": "attachment; filename*=UTF-8''a%27b%20%C3%A9.bin",
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
    });
    const { id } = (await site.send("GET", "/files")).data.files[0];
    expect((await site.send("GET", `/files/content?id=${id}&inline=1`)).headers["content-disposition"]).toMatch(
      /^inline;/,
    );
    const etag = all.headers["etag"] ?? "";
    const part = await site.send("GET", path, { headers: { range: "bytes=5-9", "if-range": etag } });
    expect([part.status, part.headers["content-range"]]).toEqual([206, "bytes 5-9/25"]);
    expect(part.raw).toEqual(whole.subarray(5, 10));
    const stale = await site.send("GET", path, { headers: { range: "bytes=5-9", "if-range": '"old"' } });
    expect([stale.status, stale.raw.length]).toEqual([200, 25]);
    const beyond = await site.send("GET", path, { headers: { range: "bytes=25-" } });
    expect([beyond.status, beyond.headers["content-range"]]).toEqual([416, "bytes */25"]);
    const had = await site.send("GET", path, { headers: { "if-none-match": `W/${etag}` } });
    expect([had.status, had.raw.length]).toEqual([304, 0]);
    const head = await site.send("HEAD", path);
    expect([head.status, head.headers["content-length"], head.raw.length]).toEqual([200, "25", 0]);
    expect(await site.send("GET", `/files/content?id=${id}`, { as: bob })).toMatchObject({ status: 404 });
    expect(await site.send("DELETE", `/files?id=${id}`, { as: bob })).toMatchObject({ status: 404 });
  });

  test("are removed, folders with what is in them", async () => {
    await upload(site, "/f/a", whole);
    await upload(site, "/f/b", whole);
    expect((await site.send("DELETE", "/files?path=/f/a")).status).toBe(204);
    expect((await site.send("DELETE", "/files?path=/f/a")).status).toBe(404);
    expect((await site.send("DELETE", "/files?path=/f")).status).toBe(204);
    expect((await site.send("GET", "/files")).data.files).toEqual([]);
    expect(await site.send("GET", "/files/content?path=/f")).toMatchObject({ status: 404 });
  });

  test("are replaced only where the client says so", async () => {
    await upload(site, "/r", whole);
    const refused = await site.send("POST", "/sessions", { body: { path: "/r", size: 5 } });
    expect(refused).toMatchObject({ status: 409, data: { code: "OBJECT_EXISTS", details: { path: "/r" } } });
    await upload(site, "/r", content(5), { onConflict: "replace" });
    expect((await site.send("GET", "/files/content?path=/r")).raw).toEqual(content(5));
    // The session of the version that is gone names no file any more.
    const sessions = (await site.send("GET", "/sessions")).data.sessions;
    const old = sessions.find(({ size }: { size: number }) => size === 25);
    expect((await site.send("GET", `/sessions/${old.id}`)).data).not.toHaveProperty("file");
  });
});

test("usage counts what is reserved and what is stored", async () => {
  expect((await site.send("GET", "/usage")).data).toEqual({ reserved: 0, stored: 0, limit: null });
  const small = openSite({ quota: 30 });
  await upload(small, "/a", whole);
  expect((await small.send("GET", "/usage")).data).toEqual({ reserved: 0, stored: 25, limit: 30 });
  const refused = await small.send("POST", "/sessions", { body: { path: "/b", size: 6 } });
  expect(refused).toMatchObject({ status: 413, data: { code: "QUOTA_EXCEEDED", details: { limit: 30 } } });
  await small.close();
});

test("policies are listed, and an upload may name one", async () => {
  const { data } = await site.send("GET", "/policies");
  expect(data.policies).toEqual([
    { id: "disk", name: "disk", transfer: "through", chunkSize: 10, parallel: 4, maxSize: null, names: {} },
  ]);
  const refused = await site.send("POST", "/sessions", { body: { path: "/p", size: 1, policy: "tape" } });
  expect(refused).toMatchObject({ status: 422, data: { code: "POLICY_NOT_FOUND" } });
});

test("strangers, wrong methods and wrong addresses are told apart", async () => {
  const nobody = await site.send("GET", "/usage", { as: null });
  expect(nobody).toMatchObject({
    status: 401,
    headers: { "www-authenticate": "Bearer" },
    data: { type: "urn:stowage:problem:unauthenticated", code: "UNAUTHENTICATED", retryable: false },
  });
  const wrong = await site.send("PATCH", "/files");
  expect([wrong.status, wrong.headers["allow"]]).toEqual([405, "GET, DELETE"]);
  expect((await site.send("GET", "/nothing")).status).toBe(404);
  expect((await site.send("GET", "/openapi.json", { as: null })).data.openapi).toBe("3.1.0");
});
