import { afterEach, describe, expect, test } from "@jest/globals";
import { fromBytes } from "@stowage/core";
import type { DirectRecipe, DirectUploads, Json, SignedRequest, StorageDriver, UploadTarget } from "@stowage/core";
import { alice, bob, content, open, openSite, sendChunk } from "./site.js";
import type { TestSite } from "./site.js";

const signed: SignedRequest = { method: "PUT", url: "https://backend.test/x", headers: { a: "b" }, expiresAt: 1e15 };
let site: TestSite;
afterEach(() => site.close());

/** A site whose one policy is direct, and what a client does at its backend. */
function direct(kind: DirectRecipe["kind"], by: "server" | "client" = "server") {
  let store = (_offset: number, _bytes: Uint8Array): Promise<unknown> => Promise.reject(new Error("nothing granted"));
  const wrap = (driver: StorageDriver): StorageDriver => {
    const grant: DirectUploads["grant"] = async (handle: Json, target: UploadTarget, { chunks }) => {
      store = (offset, bytes) => {
        const chunk = {
          offset,
          index: null,
          isLast: false,
          whole: true,
          attempt: `d${offset}`,
          body: fromBytes(bytes),
        };
        return driver.sink(handle, target).write(chunk, { signal: new AbortController().signal });
      };
      const completion = by === "server" ? ({ by } as const) : ({ by, request: signed } as const);
      const vendor = { uploadId: "vendor secret" };
      if (kind === "parts")
        return { kind, completion, vendor, requests: Array.from({ length: chunks.end - chunks.start }, () => signed) };
      if (kind === "ranges") return { kind, completion, vendor, request: signed };
      return { kind, completion, vendor, request: signed, fields: { policy: "p" } };
    };
    return { ...driver, direct: { recipe: kind, maxTtlMs: 60_000, grant } };
  };
  site = openSite({ wrap, policy: { transfer: "direct" }, api: { maxGrant: 2 } });
  return { store: (offset: number, bytes: Uint8Array) => store(offset, bytes) };
}

describe("a direct session", () => {
  test("grants slices, knows what came behind our back, and goes on through us", async () => {
    const backend = direct("parts");
    const whole = content(25);
    const session = await open(site, "/d", 25);
    expect(session).toMatchObject({ transfer: "direct", missing: [{ start: 0, end: 3 }] });
    const path = `/sessions/${session.id}`;
    const { data } = await site.send("POST", `${path}/grant`, { body: { start: 0, end: 3 } });
    expect(data).toEqual({ kind: "parts", completion: { by: "server" }, requests: [signed, signed] });
    await backend.store(0, whole.subarray(0, 10));
    expect((await site.send("GET", path)).data.missing).toEqual([{ start: 1, end: 3 }]);
    expect(await site.send("POST", `${path}/complete`)).toMatchObject({
      status: 409,
      data: { code: "UPLOAD_INCOMPLETE", details: { missing: [{ start: 10, end: 25 }] } },
    });
    await backend.store(20, whole.subarray(20));
    expect((await sendChunk(site, session, whole, 1)).status).toBe(200);
    const done = await site.send("POST", `${path}/complete`);
    expect(done.data).toMatchObject({ state: "completed", file: { path: "/d", size: 25 } });
    expect((await site.send("GET", "/files/content?path=/d")).raw).toEqual(whole);
  });

  test("tells the other recipes as they are, without the vendor's own names", async () => {
    for (const kind of ["ranges", "form"] as const) {
      direct(kind);
      const { id } = await open(site, "/r", 25);
      const reply = await site.send("POST", `/sessions/${id}/grant`, { body: { start: 0, end: 3 } });
      expect(reply).toMatchObject({ status: 200, data: { kind, request: signed } });
      expect(reply.raw.toString()).not.toContain("vendor");
      if (kind === "ranges") await site.close();
    }
  });

  test("refuses slices that are none, strangers, and backends that our client cannot finish at", async () => {
    direct("parts", "client");
    const { id } = await open(site, "/x", 25);
    const ask = (body: object, as = alice) => site.send("POST", `/sessions/${id}/grant`, { body, as });
    expect(await ask({ start: 0, end: 1 })).toMatchObject({ status: 422, data: { code: "UNSUPPORTED" } });
    expect(await ask({ start: 3, end: 4 })).toMatchObject({ status: 400, data: { code: "CHUNK_INDEX_INVALID" } });
    expect(await ask({ start: 1, end: 1 })).toMatchObject({ status: 400, data: { code: "CHUNK_INDEX_INVALID" } });
    expect(await ask({ start: 1 })).toMatchObject({ status: 400, data: { code: "OPTIONS_INVALID" } });
    expect(await ask({ start: 0, end: 1 }, bob)).toMatchObject({ status: 404 });
  });
});

test("a session through us has no grants", async () => {
  site = openSite();
  const { id } = await open(site, "/t", 25);
  const reply = await site.send("POST", `/sessions/${id}/grant`, { body: { start: 0, end: 1 } });
  expect(reply).toMatchObject({ status: 422, data: { code: "UNSUPPORTED", retryable: false } });
});
