import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { askProgress } from "../src/cloudreve-client.js";
import { chunkOf, type NodeUpload, openAtNode, sendToNode } from "../src/remote/node-client.js";
import { nodeKey, type Network, openNetwork } from "../src/remote/on-network.js";
import { ask, headerFor, inSeconds, ours, type Seen, theirs } from "../src/remote/signed-request.js";
import { carriersOf, expectListedOnce, listFiles } from "../src/remote/stored-once.js";
import { until } from "../src/remote/until.js";
import { mib } from "../src/size.js";
import { type SourceFile, sourceFile } from "../src/source-file.js";

const size = 2 * mib;
const slave = "/api/v4/slave";

let network: Network;
let source: SourceFile;
/** An upload that nobody completes; and another one. */
let upload: NodeUpload;
let other: NodeUpload;
beforeAll(async () => {
  network = await openNetwork({});
  source = sourceFile(network.chance.seed, size);
  upload = await openAtNode(network.master.line.endpoint, "/direct/ours.bin", size);
  other = await openAtNode(network.master.line.endpoint, "/direct/other.bin", size);
}, 60_000);
afterAll(() => network.close());

/** The first chunk, sent with this. */
function chunkWith(authorization: string | null, { to = "", query = "?chunk=0" } = {}): Promise<Seen> {
  const headers = authorization === null ? {} : { authorization };
  const body = chunkOf(source, upload, 0) as Uint8Array<ArrayBuffer>;
  return ask(`${to === "" ? upload.nodeUrl : to}${query}`, { method: "POST", headers, body });
}

const sessionPath = ({ id }: { readonly id: string }): string => `${slave}/upload/${id}`;
const forged = {
  "of another session": async () => other.credential,
  "that has expired": async () => headerFor(sessionPath(upload), ours, inSeconds(-1)),
  "of another key": async () => headerFor(sessionPath(upload), theirs),
  "whose end was moved": async () => upload.credential.replace(/\d+$/, String(inSeconds(999_999))),
  "that is none": async () => null,
} as const;
const refusals: readonly (readonly [keyof typeof forged, number, number])[] = [
  ["of another session", 40071, 401],
  ["that has expired", 40005, 401],
  ["of another key", 40071, 401],
  ["whose end was moved", 40071, 401],
  ["that is none", 403, 403],
];

test.each(refusals)("a chunk with a credential %s is refused, and tells nothing", async (which, code, status) => {
  const authorization = await forged[which]();
  const seen = await chunkWith(authorization);
  expect(seen).toMatchObject({ status: 200, code });
  expect(await chunkWith(authorization, { query: "?chunk=0&status=http" })).toMatchObject({ status, code });
  // A session that is there, one that is not, and a chunk that there is not look the same.
  const unknown = `${network.near.url}${slave}/upload/${crypto.randomUUID()}`;
  const known = which === "of another session" ? other.nodeUrl.replace(other.id, crypto.randomUUID()) : unknown;
  expect(await chunkWith(authorization, { to: known })).toEqual(seen);
  expect(await chunkWith(authorization, { query: "?chunk=99" })).toEqual(seen);
  expect(await askProgress(network.master.url, upload)).toMatchObject({ state: "open", missingChunks: [0, 1] });
});

test("a credential of chunks is good for nothing else: not for completing, opening, giving up, asking or reading", async () => {
  const at = network.near.url;
  const { credential } = upload;
  const sign = encodeURIComponent(credential.replace("Bearer Cr ", ""));
  const headers = { authorization: credential };
  const tries: readonly Promise<Seen>[] = [
    ask(`${at}${sessionPath(upload)}/complete`, { method: "POST", headers }),
    ask(`${at}${slave}/upload`, { method: "PUT", headers, body: "{}" }),
    ask(`${at}${slave}/ping`, { method: "POST", headers, body: "{}" }),
    ask(`${at}${sessionPath(upload)}?sign=${sign}`, { method: "DELETE" }),
    ask(`${at}${sessionPath(upload)}?sign=${sign}`, { method: "GET" }),
    ask(`${at}${slave}/file`, { method: "DELETE", headers, body: '{"files":["a"]}' }),
    ask(`${at}${slave}/file/list?path=/&sign=${sign}`, { method: "GET" }),
  ];
  expect((await Promise.all(tries)).map(({ code }) => code)).toEqual(tries.map(() => 40071));
  expect(await askProgress(network.master.url, upload)).toMatchObject({ state: "open", missingChunks: [0, 1] });
});

test("without the key, sessions and files that are there and that are not look the same", async () => {
  const { near, master } = network;
  const file = await openAtNode(master.line.endpoint, "/direct/there.bin", mib);
  expect(await sendToNode(file, 0, source.read(0, mib))).toMatchObject({ code: 0 });
  const sign = encodeURIComponent(await theirs.signUrl(sessionPath(upload), inSeconds(60)));
  const session = (id: string, query: string): Promise<Seen> => ask(`${near.url}${slave}/upload/${id}${query}`, {});
  for (const query of ["", `?sign=${sign}`, "?sign=x:1"])
    expect(await session(upload.id, query)).toEqual(await session(crypto.randomUUID(), query));
  const key = (name: string): string => `${slave}/file/content/0/${Buffer.from(name).toString("base64url")}/0/a`;
  const content = (name: string): Promise<Seen> => ask(`${near.url}${key(name)}`, {});
  const [there] = await storedPaths();
  expect(await content(there ?? "")).toMatchObject({ status: 400, code: 403 });
  expect(await content("a")).toEqual(await content(there ?? ""));
});

/** Of the node's files, as it tells its master. */
async function storedPaths(): Promise<readonly string[]> {
  const sign = encodeURIComponent(await ours.signUrl(`${slave}/file/list`, inSeconds(60)));
  const answer = await fetch(`${network.near.url}${slave}/file/list?path=/&recursive=true&sign=${sign}`);
  const { data } = (await answer.json()) as { readonly data: readonly { Source: string; IsDir: boolean }[] };
  const paths = data.filter(({ IsDir: isFolder }) => !isFolder).map(({ Source: source }) => source);
  expect(paths).not.toEqual([]);
  return paths;
}

test("what a master signed for one body is none for another", async () => {
  const body = JSON.stringify({ session: {}, overwrite: false });
  const authorization = await ours.signHeader({ path: `${slave}/upload`, headers: {}, body }, inSeconds(60));
  const put = (text: string): Promise<Seen> =>
    ask(`${network.near.url}${slave}/upload`, { method: "PUT", headers: { authorization }, body: text });
  // Past the signature, the empty session is refused for what it is.
  expect(await put(body)).toMatchObject({ code: 40001 });
  expect(await put(body.replace("false", "true"))).toMatchObject({ code: 40071 });
});

/** Sends all of a file to the node while the master does not hear it; the path of the callback, where the secret is. */
async function unheard(path: string): Promise<{ readonly opened: NodeUpload; readonly callback: string }> {
  const { master } = network;
  const opened = await openAtNode(master.line.endpoint, path, size);
  master.line.setRules([{ contains: "/callback/", effect: { kind: "answer", status: 503, code: "Down" } }]);
  for (const index of [0, 1]) await sendToNode(opened, index, chunkOf(source, opened, index));
  const found = master.line.events().findLast(({ path: asked }) => asked.includes(opened.id));
  return { opened, callback: found?.path ?? "" };
}

test("callbacks without the secret, the node's signature or the right type are refused, and nothing happens", async () => {
  const { master } = network;
  const { opened, callback } = await unheard("/direct/callback.bin");
  const post = (path: string, authorization: string | null): Promise<Seen> =>
    ask(`${master.url}${path}`, { method: "POST", headers: authorization === null ? {} : { authorization } });
  const guessed = callback.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
  const noSecret = await post(guessed, await headerFor(guessed));
  expect(noSecret).toMatchObject({ status: 401, code: 40020 });
  const nobody = callback.replace(opened.id, crypto.randomUUID());
  expect(await post(nobody, await headerFor(nobody))).toEqual(noSecret);
  expect(await post(callback, null)).toMatchObject({ status: 401, code: 403 });
  expect(await post(callback, await headerFor(callback, theirs))).toMatchObject({ status: 401, code: 40071 });
  expect(await post(callback, await headerFor(callback, ours, inSeconds(-1)))).toMatchObject({
    status: 401,
    code: 40005,
  });
  expect(await post(callback, await headerFor(`${callback}0`))).toMatchObject({ status: 401, code: 40071 });
  const s3 = callback.replace("/remote/", "/s3/");
  expect(await post(s3, await headerFor(s3))).toMatchObject({ status: 401, code: 40006 });
  expect(await ask(`${master.url}${callback}`, { method: "GET" })).toMatchObject({ status: 405 });
  expect(await askProgress(master.url, opened)).toMatchObject({ state: "open" });
  expect(await listFiles(master, "/direct")).not.toContainEqual(
    expect.objectContaining({ path: "/direct/callback.bin" }),
  );

  // And the right one, which comes again, changes nothing the second time.
  for (let times = 0; times < 3; times += 1)
    expect(await post(callback, await headerFor(callback))).toMatchObject({ status: 200, code: 0 });
  network.master.line.setRules([]);
  await expectListedOnce(master, "/direct/callback.bin", source);
  expect(await carriersOf(master, "/direct/callback.bin")).toEqual(["direct"]);
});

test("a node with another key: nothing is stored, the client hears no secret, and all goes on with the right one", async () => {
  const { master, near } = network;
  const begun = await openAtNode(master.line.endpoint, "/direct/begun.bin", size);
  const otherKey = "x".repeat(64);
  await near.kill();
  await near.configure({ ...near.config(), node: { key: otherKey } });
  await near.start();
  expect(await sendToNode(begun, 0, chunkOf(source, begun, 0))).toMatchObject({ code: 40071 });
  const refused = openAtNode(master.line.endpoint, "/direct/refused.bin", size);
  await expect(refused).rejects.toThrow(/no upload session: -?\d+/);
  const said = await refused.then(() => "", String);
  for (const key of [nodeKey, otherKey])
    expect(`${said} ${master.complaints()} ${near.complaints()}`).not.toContain(key);
  await near.kill();
  await near.configure({ ...near.config(), node: { key: nodeKey } });
  await near.start();
  for (const index of [0, 1])
    expect(await sendToNode(begun, index, chunkOf(source, begun, index))).toMatchObject({ code: 0 });
  await until("done", async () => (await askProgress(master.url, begun)).state === "completed");
  await expectListedOnce(master, "/direct/begun.bin", source);
});
