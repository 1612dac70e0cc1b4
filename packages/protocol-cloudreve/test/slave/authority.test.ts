import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { nodeSigner, slavePaths } from "@stowage/cloudreve-wire";
import { content, credential, expires, key, node, openSlave, signedRequest, signer, uploadOf } from "./slave-site.js";
import type { Reply, SlaveTestSite } from "./slave-site.js";

const { sessionId, savePath } = uploadOf({});
const stranger = nodeSigner(["x".repeat(64)]);
const now = (): number => Math.floor(Date.now() / 1000);

let site: SlaveTestSite;
beforeAll(async () => {
  site = await openSlave();
  await site.open({});
  await site.open({ sessionId: "done", savePath: "done.bin", size: 5 });
  await site.chunk("done", 0, content(5));
});
afterAll(() => site.close());

/** What an answer shows, but for its id and date. */
const shown = ({ status, code, msg, data, headers }: Reply) => ({
  status,
  code,
  msg,
  data,
  fields: [...headers.keys()].filter((name) => !/^(date|keep-alive|connection)$/.test(name)),
});
const post = (path: string, authorization: string, body: Uint8Array = content(10)) =>
  site.send("POST", path, { body, headers: { authorization } });
const chunkPath = (id: string, index = 0): string => `${slavePaths.session(id)}?chunk=${index}`;

test.each([
  ["none", async () => "", 403],
  ["a user's token", async () => "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", 403],
  ["that of another session", async () => credential("another"), 40071],
  ["an expired one", async () => credential(sessionId, now() - 1), 40005],
  [
    "one whose expiry was moved",
    async () => (await credential(sessionId, now() - 9)).replace(/\d+$/, `${expires()}`),
    40071,
  ],
  ["one without an expiry", async () => (await credential(sessionId)).replace(/\d+$/, ""), 403],
  ["one with a strange expiry", async () => (await credential(sessionId)).replace(/\d+$/, "1e99"), 40071],
  [
    "one of another key",
    async () => stranger.signHeader({ path: slavePaths.session(sessionId), headers: {}, body: "" }, expires()),
    40071,
  ],
  [
    "a signature of a URL",
    async () => `Bearer Cr ${await signer.signUrl(slavePaths.session(sessionId), expires())}`,
    40071,
  ],
  [
    "one with a character changed",
    async () => (await credential(sessionId)).replace(/Cr ./, (start) => (start === "Cr A" ? "Cr B" : "Cr A")),
    40071,
  ],
])("a chunk with a credential that is wrong: %s", async (_, make, code) => {
  const authorization = await make();
  const reply = await post(chunkPath(sessionId), authorization);
  expect([reply.status, reply.code]).toEqual([200, code]);
  // A session that is there, one that is complete, and none look the same.
  expect(shown(await post(chunkPath("never-there"), authorization))).toEqual(shown(reply));
  expect(shown(await post(chunkPath("done"), authorization))).toEqual(shown(reply));
  // Whatever else is wrong with the request.
  expect(shown(await post(chunkPath(sessionId, 99), authorization, content(3)))).toEqual(shown(reply));
  const { data } = await site.signed("GET", slavePaths.session(sessionId));
  expect(data).toMatchObject({ state: "open", received: 0 });
});

test("a credential is good for all chunks of its session, and for nothing else", async () => {
  const authorization = await credential(sessionId);
  const sign = encodeURIComponent(authorization.replace("Bearer Cr ", ""));
  const everything: readonly (readonly [method: string, path: string, body?: string])[] = [
    ["POST", slavePaths.ping, "{}"],
    ["PUT", slavePaths.upload, "{}"],
    ["PUT", slavePaths.session(sessionId), "{}"],
    ["POST", slavePaths.complete(sessionId), ""],
    ["GET", slavePaths.session(sessionId)],
    ["DELETE", slavePaths.session(sessionId)],
    ["DELETE", slavePaths.files, JSON.stringify({ files: ["done.bin"] })],
    ["GET", slavePaths.content({ path: "done.bin", name: "x" })],
    ["GET", slavePaths.list],
    ["GET", slavePaths.meta("done.bin")],
    ["POST", chunkPath("done")],
  ];
  for (const [method, path, body] of everything) {
    const url = `${path}${path.includes("?") ? "&" : "?"}sign=${sign}`;
    const init = { headers: { authorization }, ...(body === undefined ? {} : { body }) };
    const reply = await site.send(method, url, init);
    expect({ method, path, code: reply.code }).toEqual({
      method,
      path,
      code: method === "PUT" && path === slavePaths.session(sessionId) ? 404 : 40071,
    });
  }
  expect((await post(chunkPath(sessionId, 1), authorization)).code).toBe(0);
  expect((await post(chunkPath(sessionId, 0), authorization)).code).toBe(0);
  expect(await site.engine.as(node).find({ path: "/done.bin" })).not.toBeNull();
});

const own = JSON.stringify({ files: ["nothing"] });
const calls: readonly (readonly [method: string, path: string, body?: string])[] = [
  ["POST", slavePaths.ping, '{"callback":""}'],
  [
    "PUT",
    slavePaths.upload,
    JSON.stringify({
      session: {
        Callback: "",
        ChunkSize: 1,
        Props: { UploadSessionID: "evil", SavePath: "evil", Size: 1, ExpireAt: "2099-01-01T00:00:00Z" },
      },
    }),
  ],
  ["POST", slavePaths.complete(sessionId), ""],
  ["GET", slavePaths.session(sessionId)],
  ["DELETE", slavePaths.session(sessionId)],
  ["DELETE", slavePaths.files, own],
  ["GET", slavePaths.content({ path: "done.bin", name: "x" })],
  ["HEAD", slavePaths.content({ path: "done.bin", name: "x" })],
  ["GET", slavePaths.list],
  ["GET", slavePaths.meta("done.bin")],
];

describe.each(calls)("%s %s", (method, path, body) => {
  const isContent = path.includes("/content/");
  const refused = (reply: Reply, code: number): void => {
    if (method === "HEAD") expect(reply.status).toBe(400);
    else expect([reply.status, reply.code]).toEqual([isContent ? 400 : 200, code]);
    expect(reply.data).toBeUndefined();
  };

  test("without a signature, with one of another key, of another path, or an expired one: refused", async () => {
    refused(await site.send(method, path, body === undefined ? {} : { body }), 403);
    refused(await site.send(...(await signedRequest(method, path, body, stranger))), 40071);
    const [, elsewhere, init] = await signedRequest(method, slavePaths.session("elsewhere"), body);
    const query = elsewhere.includes("?") ? elsewhere.slice(elsewhere.indexOf("?")) : "";
    refused(await site.send(method, path + query, init), 40071);
    if (body === undefined) {
      const late = encodeURIComponent(await signer.signUrl(decodeURIComponent(path), now() - 1));
      refused(await site.send(method, `${path}?sign=${late}`), 40005);
    } else {
      const late = await signer.signHeader({ path, headers: {}, body }, now() - 1);
      refused(await site.send(method, path, { body, headers: { authorization: late } }), 40005);
    }
  });

  if (body !== undefined && body !== "") {
    test("with another body, or another signed field: refused", async () => {
      const [, , init] = await signedRequest(method, path, body);
      refused(await site.send(method, path, { ...init, body: `${body} ` }), 40071);
      const headers = { ...(init.headers as Record<string, string>), "x-cr-node-id": "2" };
      refused(await site.send(method, path, { ...init, headers }), 40071);
    });
  }
});

test("nothing of all that changed anything", async () => {
  expect((await site.signed("GET", slavePaths.session(sessionId))).data.state).toBe("open");
  const listed = await site.signed("GET", `${slavePaths.list}?path=&recursive=true`);
  expect(listed.data.map(({ Source }: { readonly Source: string }) => Source)).toEqual(["done.bin"]);
  expect((await site.signed("GET", slavePaths.session("evil"))).code).toBe(40011);
});

test("the fields that Cloudreve's masters send are covered, its correlation id too, whatever a proxy calls the request", async () => {
  const headers = {
    "X-Cr-Node-Id": "2",
    "X-Cr-Version": "4.14.0",
    "X-Cr-Correlation-Id": "b41c0a3d",
    "X-Cr-Site-Url": "http://m/?a=<&>",
  };
  const path = slavePaths.ping;
  const authorization = await signer.signHeader({ path, headers, body: "{}" }, expires());
  const sent = { body: "{}", headers: { ...headers, authorization } };
  expect((await site.send("POST", path, sent)).code).toBe(0);
  const named = { ...sent, headers: { ...sent.headers, "X-Request-Id": "of-the-proxy" } };
  expect((await site.send("POST", path, named)).code).toBe(0);
  const changed = { ...sent, headers: { ...sent.headers, "X-Cr-Correlation-Id": "another" } };
  expect((await site.send("POST", path, changed)).code).toBe(40071);
  const other = { ...sent, headers: { ...sent.headers, "X-Cr-Version": "4.13.0" } };
  expect((await site.send("POST", path, other)).code).toBe(40071);
});

test("files are deleted by a signature in the URL, too, as Cloudreve signs it", async () => {
  const sign = encodeURIComponent(await signer.signUrl(slavePaths.files, expires()));
  const body = JSON.stringify({ files: ["done.bin"] });
  expect((await site.send("DELETE", `${slavePaths.files}?sign=${sign}`, { body })).code).toBe(0);
  expect(await site.engine.as(node).find({ path: "/done.bin" })).toBeNull();
});

/** What the node answers to fields alone, for a body that never comes. */
function answerToFields(authorization: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, "content-length": 500_000 };
    const asking = request(`${site.url}${slavePaths.upload}`, { method: "PUT", headers }, (response) => {
      void response.toArray().then((pieces) => {
        resolve(Buffer.concat(pieces).toString());
        asking.destroy();
      });
    });
    asking.on("error", reject);
    asking.flushHeaders();
  });
}

test.each([
  ["none", async () => "", 403],
  ["that of a user", async () => "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", 403],
  ["an expired one", async () => credential(sessionId, now() - 1), 40005],
  ["a broken one", async () => "Bearer Cr x:1e99", 40071],
])("no body is read for a signature that cannot be right: %s", async (_, make, code) => {
  expect(JSON.parse(await answerToFields(await make()))).toMatchObject({ code });
});

test("a body of more than a MiB is nobody's", async () => {
  const authorization = await credential(sessionId);
  const reply = await site.send("DELETE", slavePaths.files, {
    headers: { authorization },
    body: new Uint8Array(1024 * 1024 + 1),
  });
  expect(reply.code).toBe(40001);
});

test("while the key is changed, both are accepted, and the new one signs", async () => {
  const fresh = "n".repeat(64);
  const both = await openSlave({ slave: { key: [fresh, key] } });
  const asked = (by: typeof signer) => signedRequest("POST", slavePaths.ping, "{}", by);
  expect((await both.send(...(await asked(signer)))).code).toBe(0);
  expect((await both.send(...(await asked(nodeSigner([fresh]))))).code).toBe(0);
  expect((await both.send(...(await asked(stranger)))).code).toBe(40071);
  await both.close();
});

test("another front-end's files and sessions do not exist for a master", async () => {
  const other = { owner: "alice", groups: [] };
  await site.engine.as(other).create({
    policyId: null,
    protocol: "native",
    path: "/hers.bin",
    size: 1,
    framing: "free",
    completion: "when-full",
    id: "hers",
  });
  expect((await site.signed("GET", slavePaths.session("hers"))).code).toBe(40011);
  expect((await site.signed("DELETE", slavePaths.session("hers"))).code).toBe(0);
  expect((await site.engine.as(other).session("hers")).state).toBe("open");
});

test("a page of any origin may send chunks and read files", async () => {
  const preflight = await site.send("OPTIONS", chunkPath(sessionId), {
    headers: {
      origin: "https://page.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  expect(preflight.status).toBe(204);
  const get = (name: string): string => preflight.headers.get(`access-control-${name}`) ?? "";
  expect([get("allow-origin"), get("allow-methods")]).toEqual(["*", "POST, OPTIONS"]);
  expect(get("allow-headers")).toMatch(/Authorization, Content-Type.*X-Expected-Entity-Length/);
  const reply = await post(chunkPath(sessionId), "wrong");
  expect(reply.headers.get("access-control-allow-origin")).toBe("*");
  const file = await site.send("GET", slavePaths.content({ path: savePath, name: "x" }));
  expect(file.headers.get("access-control-allow-origin")).toBe("*");
  // No page may ask for a master's routes.
  expect((await site.send("OPTIONS", slavePaths.upload)).code).toBe(404);
  expect((await site.signed("GET", slavePaths.list)).headers.get("access-control-allow-origin")).toBeNull();
});
