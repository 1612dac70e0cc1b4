import { expect } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { ask, askJson, contentPath, uploadFile } from "../client/uploads.js";
import { openFiles } from "../observe-process.js";
import type { ServerCase, Site } from "../server-case.js";
import { until } from "../until.js";

/** For servers that leave `Content-Length` to the application. */
export const lengthCases: readonly ServerCase[] = [
  { name: "the length of a download is told, for HEAD too", run: lengthOfFile },
];

/** Bytes on their way down. */
export const downloadCases: readonly ServerCase[] = [
  { name: "no compressor of the framework touches a download", run: uncompressed },
  { name: "a range is a part of the file", run: rangeOfFile },
  { name: "HEAD has the fields of GET and no body", run: headOfFile },
  { name: "a client that has the version gets 304", run: notModified },
  { name: "names with percent signs, slashes in them and beyond ASCII arrive as they were", run: oddNames },
  { name: "a signed URL leads back to where the client came from", run: signedUrl },
  { name: "a download that its client leaves lets the file go", run: abandoned },
];

async function rangeOfFile(site: Site): Promise<void> {
  const content = randomBytes(300_000);
  const { path } = await uploadFile(site, content);
  const answer = await ask(site, contentPath(path), { headers: { range: "bytes=1000-200999" } });
  expect([answer.status, answer.headers.get("content-range"), answer.headers.get("content-encoding")]).toEqual([
    206,
    "bytes 1000-200999/300000",
    null,
  ]);
  expect(Buffer.from(await answer.arrayBuffer()).equals(content.subarray(1000, 201_000))).toBe(true);
  const beyond = await ask(site, contentPath(path), { headers: { range: "bytes=300000-" } });
  expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */300000"]);
  await beyond.arrayBuffer();
}

async function uncompressed(site: Site): Promise<void> {
  const { path } = await uploadFile(site, Buffer.alloc(50_000));
  const headers = { "accept-encoding": "gzip" };
  const answer = await ask(site, contentPath(path), { headers });
  expect([answer.headers.get("content-encoding"), (await answer.arrayBuffer()).byteLength]).toEqual([null, 50_000]);
  expect(answer.headers.get("cache-control")).toContain("no-transform");
}

async function headOfFile(site: Site): Promise<void> {
  const { path } = await uploadFile(site, randomBytes(12_345));
  const head = await ask(site, contentPath(path), { method: "HEAD" });
  const get = await ask(site, contentPath(path));
  expect([head.status, await head.text()]).toEqual([200, ""]);
  for (const name of ["etag", "content-type", "accept-ranges", "content-disposition", "x-content-type-options"])
    expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name) ?? "the field of GET"]);
  expect((await get.arrayBuffer()).byteLength).toBe(12_345);
}

async function lengthOfFile(site: Site): Promise<void> {
  const { path } = await uploadFile(site, randomBytes(12_345));
  const lengthFor = async (init: RequestInit): Promise<string | null> => {
    const answer = await ask(site, contentPath(path), init);
    await answer.arrayBuffer();
    return answer.headers.get("content-length");
  };
  const ranged = { headers: { range: "bytes=5-8" } };
  const lengths = [await lengthFor({}), await lengthFor(ranged), await lengthFor({ method: "HEAD" })];
  expect(lengths).toEqual(["12345", "4", "12345"]);
}

async function notModified(site: Site): Promise<void> {
  const { path } = await uploadFile(site, randomBytes(10));
  const first = await ask(site, contentPath(path));
  await first.arrayBuffer();
  const again = await ask(site, contentPath(path), { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
  expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", first.headers.get("etag")]);
}

const oddName = "100% &?#[ä]+%2F;,'日本.txt";

async function oddNames(site: Site): Promise<void> {
  const content = randomBytes(1000);
  const { path } = await uploadFile(site, content, `/odd/${oddName}`);
  expect(path).toBe(`/odd/${oddName}`);
  const answer = await ask(site, contentPath(path));
  const [, name = ""] = /filename\*=UTF-8''(.*)$/.exec(answer.headers.get("content-disposition") ?? "") ?? [];
  expect(decodeURIComponent(name)).toBe(oddName);
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
}

async function signedUrl(site: Site): Promise<void> {
  const content = randomBytes(5000);
  await uploadFile(site, content, `/signed/${oddName}`);
  const uris = [`cloudreve://my/signed/${encodeURIComponent(oddName)}`];
  const headers = { "content-type": "application/json" };
  const { data } = await askJson<{ data: { urls: { url: string }[] } }>(site, "/api/v4/file/url", {
    method: "POST",
    headers,
    body: JSON.stringify({ uris }),
  });
  const url = data.urls[0]?.url ?? "";
  expect(url.slice(0, site.url.length + 1)).toBe(`${site.url}/`);
  const answer = await fetch(url, { redirect: "error" });
  expect([answer.status, Buffer.from(await answer.arrayBuffer()).equals(content)]).toEqual([200, true]);
}

async function abandoned(site: Site): Promise<void> {
  const { path } = await uploadFile(site, randomBytes(32 * 1024 * 1024));
  const objects = `${site.folder}/files/objects`;
  const leaving = Array.from({ length: 8 }, async (_, turn) => {
    const headers = { authorization: `Bearer ${site.token}` };
    const outgoing = request(site.url + contentPath(path), { agent: false, headers }).end();
    const [incoming] = (await once(outgoing, "response")) as [import("node:http").IncomingMessage];
    if (turn % 2 === 0) await once(incoming, "data");
    incoming.on("error", () => {});
    outgoing.on("error", () => {});
    outgoing.destroy();
  });
  await Promise.all(leaving);
  await until("no object is open", async () => (await openFiles(site.server.pid, objects)).length === 0);
}
