import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { UploadError } from "@stowage/core";
import fc from "fast-check";
import { callbackSecret } from "../src/callback/callback-secret.js";
import { isSameSecret } from "../src/callback/is-same-secret.js";
import { cloudreve } from "../src/index.js";
import { derivedKeys } from "../src/session/derived-keys.js";
import { openMiniS3 } from "./mini-s3.js";
import type { MiniS3 } from "./mini-s3.js";
import { callBack, partList, putAll, putChunk, sender } from "./s3-client.js";
import { bob, content, open, openSite, signingKey } from "./site.js";
import type { Reply, TestSite } from "./site.js";

let store: MiniS3;
let site: TestSite;
let session: Reply["data"];
const uri = "cloudreve://my/clips/one.mov";
const whole = content(25);

beforeEach(async () => {
  store = await openMiniS3();
  site = openSite({ wrap: () => store.driver, policy: { transfer: "direct" } });
  session = await open(site, uri, 25);
  store.calls.length = 0;
});
afterEach(async () => {
  await site.close();
  await store.close();
});

const call = (path: string, method = "GET"): Promise<Reply> => site.send(method, `/callback/${path}`, { as: null });
const isPublished = async (): Promise<boolean> =>
  (await site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`)).code === 0;

describe("the gate", () => {
  test.each([
    ["no such session", "s3/9897ebae-7b73-4169-aabc-6396f470e4bb/SECRET", 40020],
    ["what cannot be a session", "s3/a%20b/SECRET", 40020],
    ["a wrong secret", "s3/ID/00000000000000000000000000000000", 40020],
    ["a piece of the secret", "s3/ID/HALF", 40020],
    ["more than the secret", "s3/ID/SECRET0", 40020],
    ["a wrong secret and another type", "oss/ID/0", 40020],
    ["another type", "oss/ID/SECRET", 40006],
    ["a type that is none", "local/ID/SECRET", 40006],
    ["a name that every object has", "constructor/ID/SECRET", 40006],
  ])("%s", async (_name, path, code) => {
    await putAll(sender(site), session, whole);
    const secret: string = session.callback_secret;
    const written = path.replace("ID", session.session_id).replace("SECRET", secret).replace("HALF", secret.slice(16));
    for (const method of ["GET", "POST"]) {
      const reply = await call(written, method);
      expect([reply.status, reply.code, reply.data]).toEqual([401, code, undefined]);
      expect(JSON.stringify(reply.all)).not.toContain(secret);
    }
    expect(store.calls).toEqual([]);
    expect(await isPublished()).toBe(false);
    expect((await callBack(site, session)).code).toBe(0);
  });

  test("somebody else's secret opens somebody else's session only", async () => {
    const created = await site.send("PUT", "/file/upload", { as: bob, body: { uri, size: 25 } });
    await putAll(sender(site), session, whole);
    const reply = await call(`s3/${session.session_id}/${created.data.callback_secret}`);
    expect([reply.status, reply.code]).toEqual([401, 40020]);
    expect(await isPublished()).toBe(false);
  });

  test("a session whose bytes come through us has no callback", async () => {
    const empty = await open(site, "cloudreve://my/empty", 0);
    expect(empty.storage_policy.type).toBe("local");
    const reply = await callBack(site, empty);
    expect([reply.status, reply.code]).toEqual([401, 40006]);
  });

  test("one that is not there any more, with the secret that was its own", async () => {
    for (const id of [session.session_id, "a b", "9897ebae-7b73-4169-aabc-6396f470e4bb"]) {
      const secret = await callbackSecret(derivedKeys(signingKey), id);
      const { status, code } = await call(`s3/${encodeURIComponent(id)}/${secret}`);
      expect([status, code]).toEqual(id === session.session_id ? [400, 40055] : [401, 40011]);
    }
  });

  test("one that has expired is not there", async () => {
    await putAll(sender(site), session, whole);
    site.pass(48 * 3600 * 1000);
    const reply = await callBack(site, session);
    expect([reply.status, reply.code]).toEqual([401, 40011]);
    expect(await isPublished()).toBe(false);
  });

  test("whatever is tried without the secret opens nothing and tells nothing", async () => {
    await putAll(sender(site), session, whole);
    const text = fc
      .oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom("s3", "__proto__", "..", "0".repeat(32)))
      .map((given) => encodeURIComponent(given.replace(/\p{Surrogate}/gu, "")));
    const id = fc.oneof(text, fc.constant(session.session_id));
    const path = fc.oneof(
      fc.tuple(text, id, text).map(([type, at, secret]) => `/callback/${type}/${at}/${secret}`),
      fc.tuple(id, text, text).map(([at, index, sign]) => `/file/upload/s3/${at}/${index}?sign=${sign}`),
      fc.tuple(id, text).map(([at, sign]) => `/file/upload/s3/${at}/complete?sign=${sign}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("GET", "POST", "PUT"), path, async (method, tried) => {
        const reply = await site.send(method, tried, { as: null, body: whole });
        // Dots and empty names make another route of a path.
        const isRefused = [401, 403, 404].includes(reply.status) || [401, 404].includes(reply.code);
        expect([method, tried, isRefused]).toEqual([method, tried, true]);
        expect(reply.raw.toString()).not.toContain(session.callback_secret);
      }),
      { numRuns: 1000 },
    );
    expect(store.calls).toEqual([]);
    expect(await isPublished()).toBe(false);
  }, 60_000);

  test("secrets are the same or not", () => {
    const text = fc.string({ maxLength: 40 });
    fc.assert(fc.property(text, text, (a, b) => isSameSecret(a, b) === (a === b) && isSameSecret(a, a)));
    fc.assert(
      fc.property(text, fc.nat(), (a, at) => {
        const other = Array.from(a)
          .map((character, index) => (index === at % (a.length || 1) ? `${character}x` : character))
          .join("");
        return isSameSecret(other, a) === (other === a);
      }),
    );
  });
});

describe("behind the gate", () => {
  test("another method is said to be wrong", async () => {
    await putAll(sender(site), session, whole);
    const reply = await call(`s3/${session.session_id}/${session.callback_secret}`, "POST");
    expect([reply.status, reply.headers["allow"], reply.code]).toEqual([405, "GET", 40001]);
    expect(await isPublished()).toBe(false);
  });

  test("before anything was uploaded, and while something is missing: 40055, and it can go on", async () => {
    expect(await callBack(site, session)).toMatchObject({ status: 400, code: 40055 });
    await putChunk(sender(site), session, whole, 0);
    await putChunk(sender(site), session, whole, 2);
    expect(await callBack(site, session)).toMatchObject({ status: 400, code: 40055 });
    expect(await isPublished()).toBe(false);
    await putAll(sender(site), session, whole);
    expect(await callBack(site, session)).toMatchObject({ status: 200, code: 0 });
  });

  test.each([
    ["fewer parts", async () => partList([await putChunk(sender(site), session, whole, 0)])],
    [
      "a longer part",
      async () => {
        const longer = { ...session, chunk_size: 30 };
        return partList([await putChunk(sender(site), longer, content(30), 0)]);
      },
    ],
  ])("an object of another size (%s) is never published, and goes", async (_name, list) => {
    const sent = await sender(site)("POST", session.completeURL, await list());
    expect(sent.status).toBe(200);
    for (let times = 0; times < 2; times += 1)
      expect(await callBack(site, session)).toMatchObject({ status: 400, code: 40055 });
    expect(await isPublished()).toBe(false);
    expect([store.objects.size, store.uploads.size]).toEqual([0, 0]);
  });

  test("all parts but no completion: we complete", async () => {
    for (const index of [2, 0, 1]) await putChunk(sender(site), session, whole, index);
    expect(await callBack(site, session)).toMatchObject({ status: 200, code: 0 });
    expect(await isPublished()).toBe(true);
  });

  test("an upload that was given up stays so", async () => {
    await putAll(sender(site), session, whole);
    await site.send("DELETE", "/file/upload", { body: { id: session.session_id, uri: session.uri } });
    expect(await callBack(site, session)).toMatchObject({ status: 400, code: 40011 });
    expect(await isPublished()).toBe(false);
  });

  test("trouble at the store is -1, says nothing of it, and passes", async () => {
    await putAll(sender(site), session, whole);
    store.fail(
      new UploadError("BACKEND_UNAVAILABLE", "http://10.0.0.1:9000 key hunter2", { driver: "s3" }, { retry: "same" }),
    );
    const reply = await callBack(site, session);
    expect([reply.status, reply.code]).toEqual([400, -1]);
    expect(JSON.stringify(reply.all)).not.toMatch(/hunter2|10\.0\.0\.1/);
    store.fail(null);
    expect((await callBack(site, session)).code).toBe(0);
  });

  test("nobody needs to be signed in, and whoever is makes no difference", async () => {
    await putAll(sender(site), session, whole);
    const path = `/callback/s3/${session.session_id}/${session.callback_secret}`;
    expect((await site.send("GET", path, { as: bob })).code).toBe(0);
    expect(await isPublished()).toBe(true);
    const theirs = await site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`, { as: bob });
    expect(theirs.code).toBe(40016);
  });
});

test("a log shows no secret of a callback", () => {
  const { logPath } = cloudreve({ signingKey: "k".repeat(32) });
  const shown = (path: string) => logPath?.(path);
  expect(shown("/api/v4/callback/s3/session/secret")).toBe("/api/v4/callback/s3/session/…");
  expect(shown("/api/v4/callback/s3/session/secret/more")).toBe("/api/v4/callback/s3/session/…");
  expect(shown("/api/v4/file/upload/session/0")).toBe("/api/v4/file/upload/session/0");
});
