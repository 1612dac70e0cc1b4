import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { memoryDriver, memoryStore } from "@stowage/core/memory";
import { openMiniNode } from "./mini-node.js";
import type { MiniNode } from "./mini-node.js";
import { content, download, open, openSite } from "./site.js";
import type { Reply, SiteOptions, TestSite } from "./site.js";

let node: MiniNode;
let site: TestSite;
beforeEach(async () => {
  node = await openMiniNode();
  site = start();
});
afterEach(async () => {
  await site.close();
  await node.close();
});

function start(more: SiteOptions = {}): TestSite {
  return openSite({ wrap: () => node.driver, ...more, policy: { transfer: "direct", ...more.policy } });
}

const uri = "cloudreve://my/clips/one.mov";
const whole = content(95);
const soon = (): number => Math.floor(Date.now() / 1000) + 600;
const isPublished = async (): Promise<boolean> =>
  (await site.send("GET", `/file/info?uri=${encodeURIComponent(uri)}`)).code === 0;

/** One chunk as the web client sends it: to the one URL, with the credential. */
async function post(session: Reply["data"], index: number, bytes: Buffer = whole): Promise<number> {
  const size = session.chunk_size;
  const body = new Uint8Array(bytes.subarray(index * size, (index + 1) * size));
  const headers = { authorization: session.credential, "content-type": "application/octet-stream" };
  const url = `${session.upload_urls[0]}?chunk=${index}`;
  if (url.startsWith("http://files.test")) return (await site.send("POST", url, { as: null, headers, body })).code;
  return ((await (await fetch(url, { method: "POST", headers, body })).json()) as { code: number }).code;
}

async function postAll(session: Reply["data"], bytes: Buffer = whole): Promise<void> {
  const count = session.chunk_size === 0 ? 1 : Math.ceil(bytes.length / session.chunk_size);
  for (let index = 0; index < count; index += 1) expect(await post(session, index, bytes)).toBe(0);
}

/** The callback that the node was given, signed as it would. */
async function callBack(
  session: Reply["data"],
  change: { readonly expires?: number; readonly key?: string; readonly path?: string; readonly headers?: object } = {},
): Promise<Reply> {
  const url = node.callbacks.get(session.session_id) ?? "";
  const authorization = await node.sign(change.path ?? url, change.expires ?? soon(), change.key);
  return site.send("POST", url, { as: null, headers: { authorization, ...change.headers } });
}

describe("a direct upload to a node, as the web client does it", () => {
  test("create, POST chunks to one URL with the credential; the node calls back", async () => {
    const folder = await site.send("GET", `/file?uri=${encodeURIComponent("cloudreve://my/")}`);
    expect(folder.data.storage_policy).toMatchObject({ id: "disk", type: "remote", chunk_concurrency: 4 });
    const session = await open(site, uri, 95, { policy_id: "disk" });
    expect(session).toMatchObject({ chunk_size: 10, upload_id: "", storage_policy: { type: "remote" } });
    expect(session.upload_urls).toEqual([expect.stringMatching(`/api/v4/slave/upload/${session.session_id}$`)]);
    expect(session.credential).toMatch(/^Bearer Cr [\w-]{43}=:\d+$/);
    expect(session.completeURL).toBeUndefined();
    const url = `http://files.test/api/v4/callback/remote/${session.session_id}/${session.callback_secret}`;
    expect(node.callbacks.get(session.session_id)).toBe(url);
    await postAll(session);
    expect(await isPublished()).toBe(false);
    const reply = await callBack(session);
    expect([reply.status, reply.all]).toEqual([200, { code: 0, msg: "" }]);
    expect((await download(site, uri)).equals(whole)).toBe(true);
    expect(node.calls).not.toContain("write");
  });

  test("a callback that comes again is answered as the first time", async () => {
    const session = await open(site, uri, 95);
    await postAll(session);
    const replies = await Promise.all([callBack(session), callBack(session)]);
    replies.push(await callBack(session));
    expect(replies.map(({ status, code }) => [status, code])).toEqual(Array(3).fill([200, 0]));
    expect(node.objects.size).toBe(1);
  });

  test("a callback is only a hint: while something is missing it is 40055, and the upload goes on", async () => {
    const session = await open(site, uri, 95);
    await post(session, 3);
    const early = await callBack(session);
    expect([early.status, early.code]).toEqual([200, 40055]);
    await postAll(session);
    expect((await callBack(session)).code).toBe(0);
  });

  test("the client goes on through us, and the callback completes it", async () => {
    const session = await open(site, uri, 95);
    for (const index of [0, 1, 2]) await post(session, index);
    for (let index = 3; index < 10; index += 1) {
      const body = whole.subarray(index * 10, index * 10 + 10);
      expect((await site.send("POST", `/file/upload/${session.session_id}/${index}`, { body })).code).toBe(0);
    }
    expect((await callBack(session)).code).toBe(0);
    expect((await download(site, uri)).equals(whole)).toBe(true);
  });
});

test("a configuration that lacks the policy for a while is no reason to refuse its callbacks for good", async () => {
  const store = memoryStore();
  const before = start({ store });
  site = before;
  const session = await open(site, uri, 95);
  await postAll(session);
  site = openSite({ store, policy: {}, id: "another" });
  const meanwhile = await callBack(session);
  // No code that ends a callback at the node.
  expect([meanwhile.status, meanwhile.code]).toEqual([401, 40035]);
  await site.close();
  site = start({ store });
  expect((await callBack(session)).code).toBe(0);
  await before.close();
});

describe("whoever is not the node", () => {
  let session: Reply["data"];
  beforeEach(async () => {
    session = await open(site, uri, 95);
    await postAll(session);
    node.calls.length = 0;
  });

  test.each([
    ["another key", { key: "x".repeat(64) }, 40071],
    ["a signature that has expired", { expires: soon() - 3600 }, 40005],
    ["a signature of another path", { path: "http://files.test/api/v4/callback/remote/other/secret" }, 40071],
    ["no signature", { headers: { authorization: "" } }, 403],
    ["a field more than was signed", { headers: { "x-cr-node-id": "7" } }, 40071],
    ["what is none", { headers: { authorization: "Bearer Cr x:y" } }, 40071],
  ] as const)("%s is refused, with the secret", async (_name, change, code) => {
    const reply = await callBack(session, change);
    expect([reply.status, reply.code, reply.data]).toEqual([401, code, undefined]);
    expect(node.calls).toEqual(["verify"]);
    expect(await isPublished()).toBe(false);
    expect((await callBack(session)).code).toBe(0);
  });

  test("without the secret the signature is not looked at", async () => {
    const url = (node.callbacks.get(session.session_id) ?? "").replace(session.callback_secret, "0".repeat(32));
    const reply = await site.send("POST", url, {
      as: null,
      headers: { authorization: await node.sign(url, soon()) },
    });
    expect([reply.status, reply.code]).toEqual([401, 40020]);
    expect(node.calls).toEqual([]);
  });

  test("a client's GET is said to be wrong", async () => {
    const reply = await site.send("GET", node.callbacks.get(session.session_id) ?? "", { as: null });
    expect([reply.status, reply.headers["allow"], reply.code]).toEqual([405, "POST", 40001]);
  });

  test.each(["s3", "oss", "qiniu", "upyun", "onedrive"])(
    "a callback of type %s is of another storage",
    async (type) => {
      const url = (node.callbacks.get(session.session_id) ?? "").replace("/remote/", `/${type}/`);
      for (const method of ["GET", "POST"]) {
        const reply = await site.send(method, url, { as: null });
        expect([reply.status, reply.code]).toEqual([401, 40006]);
      }
      expect(await isPublished()).toBe(false);
    },
  );
});

describe("a client of type remote whose file goes elsewhere", () => {
  beforeEach(async () => {
    await site.close();
    site = start({
      more: [{ id: "small", driver: memoryDriver({}), chunks: { size: 10 } }],
      routing: [
        { when: { maxSize: 25 }, use: [{ policyId: "small", weight: 1 }] },
        { when: {}, use: [{ policyId: "disk", weight: 1 }] },
      ],
    });
  });

  test.each([[25], [0]])("gets a URL of ours that answers as a node does (%d bytes)", async (size) => {
    const bytes = content(size);
    const session = await open(site, uri, size, { policy_id: "disk" });
    expect(session.storage_policy.type).toBe("remote");
    expect(session.upload_urls).toEqual([`http://files.test/api/v4/file/upload/remote/${session.session_id}/chunk`]);
    expect(await isPublished()).toBe(false);
    await postAll(session, bytes);
    expect((await download(site, uri)).equals(bytes)).toBe(true);
    expect(node.calls).toEqual([]);
  });

  test("needs its own credential", async () => {
    const session = await open(site, uri, 25, { policy_id: "disk" });
    const other = await open(site, "cloudreve://my/other", 25, { policy_id: "disk" });
    for (const credential of [other.credential, "", session.credential.slice("Bearer Cr ".length), undefined])
      expect(await post({ ...session, credential }, 0)).toBe(403);
    expect(await post(session, 0)).toBe(0);
  });

  test("has no callback", async () => {
    const session = await open(site, uri, 25, { policy_id: "disk" });
    const url = `http://files.test/api/v4/callback/remote/${session.session_id}/${session.callback_secret}`;
    const reply = await site.send("POST", url, {
      as: null,
      headers: { authorization: await node.sign(url, soon()) },
    });
    expect([reply.status, reply.code]).toEqual([401, 40071]);
  });
});
