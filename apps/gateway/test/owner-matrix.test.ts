import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cloudreveRoutes } from "@stowage/protocol-cloudreve";
import { cloudreveSlaveRoutes } from "@stowage/protocol-cloudreve/slave";
import { finishMedia, mediaForm, picture, sendMedia } from "./media-client.js";
import { ask, closeAll, run } from "./running-gateway.js";
import type { Answer, Sent } from "./running-gateway.js";

const tokens = { alice: "a".repeat(40), bob: "b".repeat(40) };
const [cr, api, fabric, media] = ["/api/v4", "/uploads", "/ImageStore", "/api/v2/media"];
/** A node's front-end beside the others: its master's files are in the same catalog, and its master is none of these. */
const node = "/api/v4/slave";
const size = 10;
const unknown = "00000000-0000-4000-8000-000000000000";

/** What a stranger may try to name: Alice's, or something that was never there. */
interface Aim {
  readonly session: string;
  readonly file: string;
  readonly entity: string;
  /** `cloudreve://…@my` of somebody's files. */
  readonly home: string;
  readonly token: string;
  /** GUID of an upload session of the image store, for the file of that name. */
  readonly guid: string;
  /** An upload at the media mount, and a file that came there. */
  readonly upload: string;
  readonly picture: string;
}

interface Attempt extends Pick<Sent, "json" | "body" | "headers"> {
  readonly path: string;
}

const chunk = new Uint8Array(size);
const q = encodeURIComponent;
const forgedSign = `${"A".repeat(43)}%3D%3A9999999999`;
/** What a node's master would send, but for the key. It stands in the place of a token. */
const forged = { authorization: `Bearer Cr ${"A".repeat(43)}=:9999999999` };
const encoded = (path: string): string => Buffer.from(path).toString("base64url");
const version = "api-version=6.0";
const half = picture.length >> 1;

/** Every route that takes the name of something, and how a stranger would use it. */
const attempts: Readonly<Record<string, (aim: Aim) => readonly Attempt[]>> = {
  [`PUT ${cr}/file/upload`]: ({ home, entity }) => [
    { path: `${cr}/file/upload`, json: { uri: `${home}/new.bin`, size } },
    { path: `${cr}/file/upload`, json: { uri: `${home}/kept.bin`, size, entity_type: "version", previous: entity } },
  ],
  [`DELETE ${cr}/file/upload`]: ({ session, home }) => [
    { path: `${cr}/file/upload`, json: { id: session, uri: `${home}/open.bin` } },
    { path: `${cr}/file/upload`, json: { id: session, uri: "cloudreve://my/open.bin" } },
  ],
  [`GET ${cr}/file/upload/{sessionId}`]: ({ session }) => [{ path: `${cr}/file/upload/${session}` }],
  [`POST ${cr}/file/upload/{sessionId}/{index}`]: ({ session }) => [
    { path: `${cr}/file/upload/${session}/0`, body: chunk },
  ],
  [`PUT ${cr}/file/content`]: ({ home }) => [{ path: `${cr}/file/content?uri=${q(`${home}/kept.bin`)}`, body: chunk }],
  [`GET ${cr}/file`]: ({ home }) => [{ path: `${cr}/file?uri=${q(home)}` }],
  [`DELETE ${cr}/file`]: ({ home }) => [{ path: `${cr}/file`, json: { uris: [`${home}/kept.bin`] } }],
  [`GET ${cr}/file/info`]: ({ home, file }) => [
    { path: `${cr}/file/info?uri=${q(`${home}/kept.bin`)}` },
    { path: `${cr}/file/info?id=${file}` },
  ],
  [`POST ${cr}/file/create`]: ({ home }) => [
    { path: `${cr}/file/create`, json: { uri: `${home}/folder`, type: "folder" } },
  ],
  [`POST ${cr}/file/rename`]: ({ home }) => [
    { path: `${cr}/file/rename`, json: { uri: `${home}/kept.bin`, new_name: "gone.bin" } },
  ],
  [`POST ${cr}/file/move`]: ({ home }) => [
    { path: `${cr}/file/move`, json: { uris: [`${home}/kept.bin`], dst: "cloudreve://my" } },
    { path: `${cr}/file/move`, json: { uris: ["cloudreve://my/own.bin"], dst: home } },
  ],
  [`DELETE ${cr}/file/lock`]: ({ session }) => [{ path: `${cr}/file/lock`, json: { tokens: [session] } }],
  [`POST ${cr}/file/url`]: ({ home, entity }) => [
    { path: `${cr}/file/url`, json: { uris: [`${home}/kept.bin`] } },
    { path: `${cr}/file/url`, json: { uris: ["cloudreve://my/own.bin"], entity } },
  ],
  [`GET ${cr}/file/content/{entityId}/{speed}/{name}`]: ({ entity }) => [
    { path: `${cr}/file/content/${entity}/0/kept.bin` },
    { path: `${cr}/file/content/${entity}/0/kept.bin?sign=${q("A".repeat(43))}%3D%3A9999999999` },
  ],
  [`PUT ${cr}/file/upload/s3/{sessionId}/{index}`]: ({ session }) => [
    { path: `${cr}/file/upload/s3/${session}/0`, body: chunk },
    { path: `${cr}/file/upload/s3/${session}/0?sign=${q("A".repeat(43))}%3D%3A9999999999`, body: chunk },
  ],
  [`POST ${cr}/file/upload/s3/{sessionId}/complete`]: ({ session }) => [
    { path: `${cr}/file/upload/s3/${session}/complete?sign=${q("A".repeat(43))}%3D%3A9999999999` },
  ],
  [`POST ${cr}/file/upload/remote/{sessionId}/chunk`]: ({ session }) => [
    { path: `${cr}/file/upload/remote/${session}/chunk?chunk=0`, body: chunk },
    { path: `${cr}/file/upload/remote/${session}/chunk?chunk=0`, body: chunk, headers: forged },
  ],
  [`GET ${cr}/callback/{type}/{sessionId}/{secret}`]: ({ session }) => [
    { path: `${cr}/callback/s3/${session}/${"0".repeat(32)}` },
  ],
  [`POST ${cr}/callback/{type}/{sessionId}/{secret}`]: ({ session }) => [
    { path: `${cr}/callback/local/${session}/${"0".repeat(32)}` },
    { path: `${cr}/callback/remote/${session}/${"0".repeat(32)}`, headers: forged },
  ],
  [`POST ${node}/ping`]: ({ session }) => [{ path: `${node}/ping`, json: { callback: session } }],
  [`PUT ${node}/upload`]: ({ session }) => [
    { path: `${node}/upload`, json: { session: { Props: { UploadSessionID: session } } }, headers: forged },
  ],
  [`POST ${node}/upload/{sessionId}`]: ({ session }) => [
    { path: `${node}/upload/${session}?chunk=0`, body: chunk },
    { path: `${node}/upload/${session}?chunk=0`, body: chunk, headers: forged },
  ],
  [`POST ${node}/upload/{sessionId}/complete`]: ({ session }) => [{ path: `${node}/upload/${session}/complete` }],
  [`GET ${node}/upload/{sessionId}`]: ({ session }) => [{ path: `${node}/upload/${session}?sign=${forgedSign}` }],
  [`DELETE ${node}/upload/{sessionId}`]: ({ session }) => [{ path: `${node}/upload/${session}?sign=${forgedSign}` }],
  [`GET ${node}/file/content/{nodeId}/{path}/{speed}/{name}`]: ({ file }) => [
    { path: `${node}/file/content/0/${encoded("kept.bin")}/0/${file}` },
    { path: `${node}/file/content/0/${encoded("kept.bin")}/0/${file}?sign=${forgedSign}` },
  ],
  [`GET ${node}/file/list`]: ({ file }) => [{ path: `${node}/file/list?path=${file}&sign=${forgedSign}` }],
  [`GET ${node}/file/meta/{path}/{extension}`]: ({ file }) => [
    { path: `${node}/file/meta/${encoded(file)}/bin?sign=${forgedSign}` },
  ],
  [`DELETE ${node}/file`]: ({ file }) => [
    { path: `${node}/file?sign=${forgedSign}`, json: { files: ["kept.bin", file] } },
  ],
  [`POST ${cr}/session/token/refresh`]: ({ token }) => [
    { path: `${cr}/session/token/refresh`, json: { refresh_token: token } },
  ],
  [`DELETE ${cr}/session/token`]: ({ token }) => [{ path: `${cr}/session/token`, json: { refresh_token: token } }],
  [`GET ${api}/sessions/{id}`]: ({ session }) => [{ path: `${api}/sessions/${session}` }],
  [`DELETE ${api}/sessions/{id}`]: ({ session }) => [{ path: `${api}/sessions/${session}` }],
  [`PUT ${api}/sessions/{id}/chunks/{index}`]: ({ session }) => [
    { path: `${api}/sessions/${session}/chunks/0`, body: chunk },
  ],
  [`POST ${api}/sessions/{id}/grant`]: ({ session }) => [
    { path: `${api}/sessions/${session}/grant`, json: { start: 0, end: 1 } },
  ],
  [`POST ${api}/sessions/{id}/complete`]: ({ session }) => [{ path: `${api}/sessions/${session}/complete` }],
  [`POST ${api}/sessions`]: ({ session }) => [
    { path: `${api}/sessions`, json: { id: session, path: `/by-${session}.bin`, size } },
  ],
  [`GET ${api}/files`]: ({ file }) => [{ path: `${api}/files?folder=${q(`/${file}`)}` }],
  [`DELETE ${api}/files`]: ({ file }) => [
    { path: `${api}/files?id=${file}` },
    { path: `${api}/files?path=${q("/kept.bin")}` },
  ],
  [`GET ${api}/files/info`]: ({ file }) => [
    { path: `${api}/files/info?id=${file}` },
    { path: `${api}/files/info?path=${q("/kept.bin")}` },
  ],
  [`GET ${api}/files/content`]: ({ file }) => [
    { path: `${api}/files/content?id=${file}` },
    { path: `${api}/files/content?path=${q("/kept.bin")}` },
  ],
  [`GET ${fabric}/{contentPath}`]: ({ guid }) => [
    { path: `${fabric}/kept.bin?${version}` },
    { path: `${fabric}/${guid}?${version}` },
  ],
  [`DELETE ${fabric}/{contentPath}`]: ({ guid }) => [
    { path: `${fabric}/kept.bin?${version}` },
    { path: `${fabric}/${guid}?${version}` },
  ],
  [`PUT ${fabric}/{contentPath}`]: ({ session }) => [{ path: `${fabric}/${session}?${version}`, body: chunk }],
  [`GET ${fabric}/{contentPath}/$/GetUploadSession`]: ({ guid }) => [
    { path: `${fabric}/${guid}/$/GetUploadSession?${version}` },
  ],
  [`GET ${fabric}/$/GetUploadSession`]: ({ guid }) => [
    { path: `${fabric}/$/GetUploadSession?${version}&session-id=${guid}` },
  ],
  [`POST ${fabric}/$/CommitUploadSession`]: ({ guid }) => [
    { path: `${fabric}/$/CommitUploadSession?${version}&session-id=${guid}` },
  ],
  [`DELETE ${fabric}/$/DeleteUploadSession`]: ({ guid }) => [
    { path: `${fabric}/$/DeleteUploadSession?${version}&session-id=${guid}` },
  ],
  // The GUID is the client's own, so Bob may use it, too: for an upload of his.
  [`PUT ${fabric}/{contentPath}/$/UploadChunk`]: ({ guid }) => [
    { path: `${fabric}/${guid}/$/UploadChunk?${version}&session-id=${guid}`, ...range(5, size) },
  ],
  [`POST ${fabric}/$/Copy`]: ({ guid }) => [
    { path: `${fabric}/$/Copy?${version}`, json: { RemoteSource: "kept.bin", RemoteDestination: guid } },
  ],
  [`POST ${media}/upload/chunk/`]: ({ upload }) => [
    { path: `${media}/upload/chunk/`, ...mediaForm({ id: upload, range: [half, picture.length] }) },
    { path: `${media}/upload/chunk/`, ...mediaForm({ id: upload, range: [0, half] }) },
  ],
  [`POST ${media}/upload/chunk/complete/`]: ({ upload }) => [
    { path: `${media}/upload/chunk/complete/`, json: { upload_id: upload } },
  ],
  [`GET ${media}/{id}/`]: ({ picture: id, upload }) => [{ path: `${media}/${id}/` }, { path: `${media}/${upload}/` }],
};

function range(start: number, end: number): Required<Pick<Sent, "body" | "headers">> {
  return { body: chunk.subarray(start, end), headers: { "content-range": `bytes ${start}-${end - 1}/${size}` } };
}

/** They take no name of anything: whose they are is settled by the credential alone. */
const nameless: ReadonlySet<string> = new Set([
  `GET ${cr}/site/ping`,
  `GET ${cr}/site/config/{section}`,
  `GET ${cr}/session/prepare`,
  `POST ${cr}/session/token`,
  `GET ${cr}/user/me`,
  `GET ${cr}/user/capacity`,
  `GET ${cr}/user/setting/policies`,
  `GET ${api}/sessions`,
  `GET ${api}/usage`,
  `GET ${api}/policies`,
  `GET ${api}/openapi.json`,
  `GET ${fabric}/`,
]);

let url = "";
let alices: Aim;
const nobodys: Aim = {
  session: unknown,
  file: unknown,
  entity: `${unknown}.${unknown}`,
  home: "cloudreve://Z2hvc3Q@my",
  token: "no.such.token",
  guid: "00000000-0000-4000-8000-0000000000ff",
  upload: unknown,
  picture: unknown,
};

const as = (who: "alice" | "bob", method: string, { path, ...sent }: Attempt): Promise<Answer> =>
  ask(url, method, path, { ...sent, token: tokens[who] });

/** All that Alice can see of hers. */
async function estate(): Promise<unknown> {
  const seen = [];
  for (const path of [
    `${api}/sessions`,
    `${api}/files?folder=/`,
    `${api}/files/content?path=/kept.bin`,
    `${api}/usage`,
    `${fabric}/?${version}`,
    `${fabric}/$/GetUploadSession?${version}&session-id=${alices.guid}`,
    `${media}/${alices.picture}/`,
  ])
    seen.push((await as("alice", "GET", { path })).body);
  return seen;
}

/** An upload that is open, and a file. */
async function makeEstate(): Promise<Aim> {
  const open = await as("alice", "PUT", {
    path: `${cr}/file/upload`,
    json: { uri: "cloudreve://my/open.bin", size },
  });
  await as("alice", "PUT", { path: `${cr}/file/content?uri=${q("cloudreve://my/kept.bin")}`, body: chunk });
  const kept = await as("alice", "GET", { path: `${cr}/file/info?uri=${q("cloudreve://my/kept.bin")}` });
  const { id, primary_entity } = kept.body["data"] as { readonly id: string; readonly primary_entity: string };
  const { session_id } = open.body["data"] as { readonly session_id: string };
  const home = `cloudreve://${Buffer.from("alice").toString("base64url")}@my`;
  return { session: session_id, file: id, entity: primary_entity, home, token: tokens.alice, ...(await makeRanges()) };
}

/** Uploads by Content-Range: two that are half done, and a picture. */
async function makeRanges(): Promise<Pick<Aim, "guid" | "upload" | "picture">> {
  const alice = { token: tokens.alice };
  const guid = crypto.randomUUID();
  const path = `${fabric}/${guid}/$/UploadChunk?${version}&session-id=${guid}`;
  expect((await as("alice", "PUT", { path, ...range(0, 5) })).status).toBe(200);
  const begun = await sendMedia(url, { range: [0, half] }, alice);
  const whole = await sendMedia(url, {}, alice);
  const made = await finishMedia(url, String(whole.body["upload_id"]), alice);
  return { guid, upload: String(begun.body["upload_id"]), picture: String(made.body["id"]) };
}

beforeAll(async () => {
  const people = (["alice", "bob"] as const).map((owner) => ({ token: tokens[owner], owner }));
  ({ url } = await run((folder) => ({
    policies: { disk: { driver: "local", options: { root: `${folder}/files` } } },
    identity: { anonymous: "off", tokens: people },
    node: { key: "n".repeat(64) },
    mount: { [cr]: "cloudreve", [node]: "cloudreve-slave", [api]: "native", [fabric]: "image-store", [media]: "media" },
  })));
  await as("bob", "PUT", { path: `${cr}/file/content?uri=${q("cloudreve://my/own.bin")}`, body: chunk });
  alices = await makeEstate();
});

afterAll(closeAll);

/** What is the aim's own in an answer is made the same, and so is what differs from answer to answer. */
function faceless({ status, body }: Answer, aim: Aim): readonly [number, string] {
  let text = JSON.stringify(body);
  for (const [name, value] of Object.entries(aim)) text = text.replaceAll(value as string, `<${name}>`);
  text = text
    .replaceAll(/"(correlation_id|requestId|callback_secret|session_id|id|key)":"[^"]*"/g, '"$1":"…"')
    .replaceAll(/"(expires|expiresAt|createdAt|ModifiedDate)":("[^"]*"|\d+)/g, '"$1":0');
  return [status, text];
}

async function documented(mount: string, at = `${mount}/openapi.json`): Promise<readonly string[]> {
  const openapi = await ask(url, "GET", at);
  const paths = openapi.body["paths"] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return Object.entries(paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${mount}${path}`),
  );
}

async function allRoutes(): Promise<readonly string[]> {
  const own = await Promise.all([documented(api), documented(fabric, `${fabric}/$/openapi.json`), documented(media)]);
  const listed = [
    ...cloudreveRoutes.map(({ method, path }) => `${method} ${cr}${path}`),
    ...cloudreveSlaveRoutes.map(({ method, path }) => `${method} ${node}${path}`),
  ];
  return [...own.flat(), ...listed].map((route) => route.replace(/^HEAD /, "GET "));
}

test("every route of every front-end is in the matrix", async () => {
  const routes = await allRoutes();
  expect(routes.length).toBeGreaterThan(45);
  expect(routes.filter((route) => !(route in attempts) && !nameless.has(route))).toEqual([]);
});

describe("what is Alice's looks to Bob like what was never there, and stays as it is", () => {
  test.each(Object.keys(attempts))("%s", async (route) => {
    const method = route.slice(0, route.indexOf(" "));
    const before = await estate();
    for (const [index, aimed] of (attempts[route]?.(alices) ?? []).entries()) {
      const blind = attempts[route]?.(nobodys)[index] as Attempt;
      const [seen, guessed] = [await as("bob", method, aimed), await as("bob", method, blind)];
      expect(faceless(seen, alices)).toEqual(faceless(guessed, nobodys));
      const { path, ...sent } = aimed;
      for (const credential of [{}, { token: "c".repeat(40) }]) {
        const stranger = await ask(url, method, path, { ...sent, ...credential });
        const blindly = await ask(url, method, blind.path, { ...blind, ...credential });
        expect(faceless(stranger, alices)).toEqual(faceless(blindly, nobodys));
      }
    }
    expect(await estate()).toEqual(before);
  });
});

/**
 * Not to be had for a session, a path and a static token: a signature of the site's or of a master's, a callback's secret, a refresh token, grants, a
 * folder, what is not whole, what is not offered.
 */
const needMore = [
  `GET ${cr}/file/content/{entityId}/{speed}/{name}`,
  `PUT ${cr}/file/upload/s3/{sessionId}/{index}`,
  `POST ${cr}/file/upload/s3/{sessionId}/complete`,
  `POST ${cr}/file/upload/remote/{sessionId}/chunk`,
  `GET ${cr}/callback/{type}/{sessionId}/{secret}`,
  `POST ${cr}/callback/{type}/{sessionId}/{secret}`,
  ...cloudreveSlaveRoutes
    .filter(({ method }) => method !== "HEAD")
    .map(({ method, path }) => `${method} ${node}${path}`),
  `POST ${cr}/session/token/refresh`,
  `DELETE ${cr}/session/token`,
  `POST ${api}/sessions/{id}/grant`,
  `POST ${api}/sessions/{id}/complete`,
  `GET ${api}/files`,
  `POST ${fabric}/$/CommitUploadSession`,
  `POST ${fabric}/$/Copy`,
  `POST ${media}/upload/chunk/complete/`,
];

test("the same requests are Alice's to make: the matrix asks for what is there", async () => {
  const refused: string[] = [];
  for (const route of Object.keys(attempts)) {
    const left = (await as("alice", "GET", { path: `${api}/sessions?state=open` })).body["sessions"];
    for (const { id } of left as readonly { readonly id: string }[])
      await as("alice", "DELETE", { path: `${api}/sessions/${id}` });
    for (const name of ["kept", "gone", "open", "new"])
      await as("alice", "DELETE", { path: `${api}/files?path=/${name}.bin` });
    const [first] = attempts[route]?.(await makeEstate()) ?? [];
    const { status, body } = await as("alice", route.slice(0, route.indexOf(" ")), first as Attempt);
    if (status >= 400 || (typeof body["code"] === "number" && body["code"] !== 0)) refused.push(route);
  }
  expect(refused).toEqual(needMore);
});
