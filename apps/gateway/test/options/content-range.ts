import { expect } from "@jest/globals";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { finishMedia, mediaForm, picture, sendMedia } from "../media-client.js";
import { ask, run, upload } from "../running-gateway.js";
import type { Answer, Parts } from "../running-gateway.js";
import { policies } from "./proof.js";
import type { Proofs } from "./proof.js";

const version = "api-version=6.0";

/** Where an image store with these options is. */
async function imageStore(options: Parts): Promise<string> {
  const mount = { "/ImageStore": { protocol: "image-store", ...options }, "/uploads": "native" };
  return (await run({ mount })).url;
}

/** Whether a file whose bytes do not come is given up within two seconds. */
async function isGivenUp(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  let answer = "";
  socket.on("data", (piece) => (answer += String(piece)));
  socket.write(`PUT /ImageStore/a?${version} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: 5\r\n\r\n`);
  await sleep(2000);
  socket.destroy();
  return answer.startsWith("HTTP/1.1 504");
}

export const imageStoreProofs: Proofs = {
  "mount.*(image-store).protocol": async () => {
    const { url } = await run({ mount: { "/elsewhere": { protocol: "image-store" } } });
    expect((await ask(url, "GET", `/elsewhere?${version}`)).status).toBe(200);
    expect((await ask(url, "GET", `/ImageStore?${version}`)).status).toBe(404);
  },
  "mount.*(image-store).title": async () => {
    const document = async (options: Parts): Promise<Parts> =>
      (await ask(await imageStore(options), "GET", "/ImageStore/$/openapi.json")).body;
    expect(await document({ title: "Packages" })).toMatchObject({ info: { title: "Packages" } });
    expect(await document({})).toMatchObject({ info: { title: "Stowage image store" } });
  },
  "mount.*(image-store).defaultTimeout": async () => {
    expect(await isGivenUp(await imageStore({ defaultTimeout: "1s" }))).toBe(true);
    expect(await isGivenUp(await imageStore({}))).toBe(false);
  },
  "mount.*(image-store).maxPage": async () => {
    const listed = async (options: Parts): Promise<Parts> => {
      const url = await imageStore(options);
      for (const name of ["/a", "/b"]) await upload(url, name, Buffer.from("x"));
      return (await ask(url, "GET", `/ImageStore?${version}`)).body;
    };
    expect(await listed({ maxPage: 1 })).toMatchObject({ StoreFiles: [{}], ContinuationToken: "a" });
    expect((await listed({}))["StoreFiles"]).toHaveLength(2);
  },
};

/** Where a media mount with these options is; its policies are `a` and `b`. */
async function media(options: Parts): Promise<string> {
  const mount = { "/api/v2/media": { protocol: "media", ...options }, "/uploads": "native" };
  return (await run((folder) => ({ mount, policies: policies(folder) }))).url;
}

/** The answers to the same first chunk with and without these options. */
async function firstChunks(options: Parts, send: (url: string) => Promise<Answer>): Promise<readonly number[]> {
  return [(await send(await media(options))).status, (await send(await media({}))).status];
}

/** What a whole picture became. */
async function finished(options: Parts): Promise<Parts> {
  const url = await media(options);
  const { body } = await sendMedia(url, { name: "dot.png" });
  return (await finishMedia(url, String(body["upload_id"]))).body;
}

export const mediaProofs: Proofs = {
  "mount.*(media).protocol": async () => {
    const { url } = await run({ mount: { "/elsewhere": { protocol: "media" } } });
    expect((await ask(url, "GET", "/elsewhere/openapi.json")).status).toBe(200);
    expect((await ask(url, "GET", "/api/v2/media/openapi.json")).status).toBe(404);
  },
  "mount.*(media).title": async () => {
    const document = async (options: Parts): Promise<Parts> =>
      (await ask(await media(options), "GET", "/api/v2/media/openapi.json")).body;
    expect(await document({ title: "Pictures" })).toMatchObject({ info: { title: "Pictures" } });
    expect(await document({})).toMatchObject({ info: { title: "Stowage media" } });
  },
  "mount.*(media).maxImage": async () => {
    const most = picture.length - 1;
    expect(await firstChunks({ maxImage: `${most} B` }, (url) => sendMedia(url))).toEqual([413, 201]);
  },
  "mount.*(media).maxDocument": async () => {
    const bytes = Buffer.from("%PDF-1.7\n%%EOF\n");
    const send = (url: string): Promise<Answer> => sendMedia(url, { kind: "document", bytes });
    expect(await firstChunks({ maxDocument: bytes.length - 1 }, send)).toEqual([413, 201]);
  },
  "mount.*(media).maxChunk": async () => {
    expect(await firstChunks({ maxChunk: "50 B" }, (url) => sendMedia(url))).toEqual([413, 201]);
  },
  "mount.*(media).imageTypes": async () => {
    expect(await firstChunks({ imageTypes: ["image/gif"] }, (url) => sendMedia(url))).toEqual([415, 201]);
  },
  "mount.*(media).documentTypes": async () => {
    const send = (url: string): Promise<Answer> =>
      sendMedia(url, { kind: "document", bytes: Buffer.from("plain words") });
    expect(await firstChunks({ documentTypes: ["text/plain"] }, send)).toEqual([201, 415]);
  },
  "mount.*(media).path": async () => {
    expect((await finished({ path: "/in/{kind}/{name}" }))["path"]).toBe("/in/image/dot.png");
    expect((await finished({}))["path"]).toMatch(/^\/media\/[\w-]+\.png$/);
  },
  "mount.*(media).policy": async () => {
    const policyOf = async (options: Parts): Promise<unknown> => {
      const url = await media(options);
      await ask(url, "POST", "/api/v2/media/upload/chunk/", mediaForm());
      const { sessions } = (await ask(url, "GET", "/uploads/sessions")).body as { readonly sessions: readonly Parts[] };
      return sessions[0]?.["policy"];
    };
    expect([await policyOf({ policy: "b" }), await policyOf({})]).toEqual(["b", "a"]);
  },
};
