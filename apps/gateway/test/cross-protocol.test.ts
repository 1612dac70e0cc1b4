import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { download } from "./cloudreve-client.js";
import { finishMedia, picture, sendMedia } from "./media-client.js";
import { ask, closeAll, run, upload } from "./running-gateway.js";
import type { Answer, Parts } from "./running-gateway.js";

let url = "";
let folder = "";
beforeAll(async () => {
  ({ url, folder } = await run((made) => ({
    policies: {
      disk: { driver: "local", options: { root: `${made}/disk` } },
      pictures: { driver: "local", options: { root: `${made}/pictures` } },
      large: { driver: "local", options: { root: `${made}/large` } },
    },
    routing: [
      { when: { path: "/pictures" }, use: "pictures" },
      { when: { minSize: "300 KiB" }, use: "large" },
      { use: "disk" },
    ],
    mount: {
      "/api/v4": "cloudreve",
      "/uploads": "native",
      "/ImageStore": "image-store",
      "/api/v2/media": { protocol: "media", path: "/pictures/{name}" },
    },
  })));
});
afterAll(closeAll);

const version = "api-version=6.0";

/** Puts a file at a path, in more than one chunk where the front-end takes more. */
type Put = (path: string, whole: Buffer) => Promise<unknown>;

async function byImageStore(path: string, whole: Buffer): Promise<void> {
  const id = crypto.randomUUID();
  const at = `/ImageStore/${encodeURIComponent(path.slice(1))}/$/UploadChunk?${version}&session-id=${id}`;
  const half = whole.length >> 1;
  for (const [start, end] of [
    [half, whole.length],
    [0, half],
  ] as const) {
    const headers = { "content-range": `bytes ${start}-${end - 1}/${whole.length}` };
    expect((await ask(url, "PUT", at, { body: whole.subarray(start, end), headers })).status).toBe(200);
  }
  const commit = await ask(url, "POST", `/ImageStore/$/CommitUploadSession?${version}&session-id=${id}`);
  expect(commit.status).toBe(200);
}

async function byCloudreve(path: string, whole: Buffer): Promise<void> {
  const at = `/api/v4/file/content?uri=${encodeURIComponent(`cloudreve://my${path}`)}`;
  expect((await ask(url, "PUT", at, { body: whole })).body).toMatchObject({ code: 0 });
}

/** The path is the mount's to choose: the client's name in `/pictures`. */
async function byMedia(path: string, whole: Buffer): Promise<void> {
  const name = path.slice("/pictures/".length);
  const half = whole.length >> 1;
  const first = await sendMedia(url, { bytes: whole, range: [0, half], name });
  const id = String(first.body["upload_id"]);
  expect(await sendMedia(url, { bytes: whole, range: [half, whole.length], id, name })).toMatchObject({ status: 201 });
  expect((await finishMedia(url, id)).body).toMatchObject({ path, size: whole.length });
}

const puts: Readonly<Record<string, Put>> = {
  "image-store": byImageStore,
  "image-store, one request": async (path, whole) => {
    const reply = await ask(url, "PUT", `/ImageStore${path}?${version}`, { body: whole });
    expect(reply.status).toBe(200);
  },
  media: byMedia,
  native: async (path, whole) => expect((await upload(url, path, whole)).body).toMatchObject({ completed: true }),
  cloudreve: byCloudreve,
};

/** Names of a folder's files, as each front-end that lists has them. */
async function listings(of: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const names = (list: unknown, key: string): readonly string[] =>
    (list as readonly Parts[]).map((each) => String(each[key]).replace(/^.*[\\/]/, "")).toSorted();
  const cloudreve = await ask(url, "GET", `/api/v4/file?uri=${encodeURIComponent(`cloudreve://my${of}`)}`);
  const native = await ask(url, "GET", `/uploads/files?folder=${of}`);
  const imageStore = await ask(url, "GET", `/ImageStore${of}?${version}`);
  return {
    cloudreve: names((cloudreve.body["data"] as Parts)["files"], "name"),
    native: names(native.body["files"], "path"),
    "image-store": names(imageStore.body["StoreFiles"], "StoreRelativePath"),
  };
}

/** The policies under whose roots an object with these bytes lies. */
async function policiesWith(whole: Buffer): Promise<readonly string[]> {
  const found: string[] = [];
  for (const policy of ["disk", "pictures", "large"]) {
    const entries = await readdir(join(folder, policy), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name))).equals(whole)) found.push(policy);
    }
  }
  return found;
}

/** Bytes that no other upload has, of a picture; from 10000 on its first half tells the type. */
function pictureOf(size: number): Buffer {
  return Buffer.concat([picture, randomBytes(size)]);
}

const targets = [
  ...Object.keys(puts).map((name) => [name, "/pictures", 10_000, "pictures"] as const),
  ...Object.keys(puts)
    .filter((name) => name !== "media")
    .flatMap((name) => [[name, "/files", 10_000, "disk"] as const, [name, "/files", 400_000, "large"] as const]),
];

describe("what comes by one front-end is there by all", () => {
  test.each(targets)("%s, to %s, %i bytes: policy %s", async (by, into, size, policy) => {
    const name = `${by.replaceAll(/\W/g, "-")}-${size}.png`;
    const whole = pictureOf(size);
    await puts[by]?.(`${into}/${name}`, whole);
    for (const [lister, names] of Object.entries(await listings(into)))
      expect([lister, names]).toEqual([lister, expect.arrayContaining([name])]);
    const path = `${into}/${name}`;
    const native = await fetch(`${url}/uploads/files/content?path=${path}`);
    expect(Buffer.from(await native.arrayBuffer()).equals(whole)).toBe(true);
    expect(Buffer.from(await download(url, path.slice(1))).equals(whole)).toBe(true);
    expect(await policiesWith(whole)).toEqual([policy]);
  });
});

test("each replaces and removes what another made, and the media mount numbers what is taken", async () => {
  const first = pictureOf(5000);
  const remove = (): Promise<Answer> => ask(url, "DELETE", "/uploads/files?path=/pictures/one.png");
  await byMedia("/pictures/one.png", first);
  const second = pictureOf(5000);
  await byImageStore("/pictures/one.png", second);
  expect(Buffer.from(await download(url, "pictures/one.png")).equals(second)).toBe(true);
  const again = await sendMedia(url, { bytes: first, name: "one.png" });
  expect((await finishMedia(url, String(again.body["upload_id"]))).body).toMatchObject({ name: "one (2).png" });
  expect((await remove()).status).toBe(204);
  expect((await ask(url, "GET", `/ImageStore/pictures%2Fone.png?${version}`)).status).toBe(404);
  expect((await ask(url, "DELETE", `/ImageStore/pictures%2Fone%20(2).png?${version}`)).status).toBe(200);
  expect((await listings("/pictures"))["native"]).not.toContain("one (2).png");
});

test("an unfinished upload of one front-end is nobody's by another", async () => {
  const id = crypto.randomUUID();
  const at = `/ImageStore/open.bin/$/UploadChunk?${version}&session-id=${id}`;
  await ask(url, "PUT", at, { body: Buffer.from("hello"), headers: { "content-range": "bytes 0-4/10" } });
  const { sessions } = (await ask(url, "GET", "/uploads/sessions?state=open")).body as { sessions: readonly Parts[] };
  const own = String(sessions.find(({ path }) => path === "/open.bin")?.["id"]);
  expect(own).not.toBe("undefined");
  expect((await sendMedia(url, { id: own })).status).toBe(404);
  expect((await finishMedia(url, own)).status).toBe(404);
  expect((await ask(url, "GET", "/uploads/files/info?path=/open.bin")).status).toBe(404);
});
