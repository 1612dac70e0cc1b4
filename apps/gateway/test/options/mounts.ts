import { expect } from "@jest/globals";
import { completeRuntime, fromBytes } from "@stowage/core";
import type { Access } from "@stowage/core/http";
import { nativeFrontEnd } from "../../src/front-ends/native-front-end.js";
import { passwordHash } from "../config/written-config.js";
import { ask, run, signIn, upload } from "../running-gateway.js";
import type { Answer, Parts } from "../running-gateway.js";
import { policies } from "./proof.js";
import type { Proofs } from "./proof.js";

/** What a Cloudreve mount with these options answers. */
async function cloudreve(options: Parts, request: (url: string) => Promise<Answer>): Promise<Answer> {
  const users = { alice: { email: "alice@example.com", password: passwordHash } };
  const identity = { anonymous: "loopback" };
  const mount = { "/api/v4": { protocol: "cloudreve", ...options }, "/uploads": "native" };
  const { url } = await run((folder) => ({ identity, users, mount, policies: policies(folder) }));
  await upload(url, "/a", Buffer.from("a"));
  return request(url);
}

const dataOf = async (answer: Promise<Answer>): Promise<Parts> => (await answer).body["data"] as Parts;
const fileUrl = (url: string): Promise<Answer> =>
  ask(url, "POST", "/api/v4/file/url", { json: { uris: ["cloudreve://my/a"] } });
const session = (url: string): Promise<Answer> =>
  ask(url, "PUT", "/api/v4/file/upload", { json: { uri: "cloudreve://my/b", size: 1, policy_id: "b" } });
const minutesUntil = (instant: unknown): number => Math.round((Date.parse(String(instant)) - Date.now()) / 60_000);

/** Minutes that the tokens of a sign-in live. */
async function tokenLives(options: Parts): Promise<readonly number[]> {
  const { token } = await dataOf(
    cloudreve(options, (url) => signIn(url, "alice@example.com", "correct horse battery")),
  );
  const { access_expires, refresh_expires } = token as Parts;
  return [minutesUntil(access_expires), minutesUntil(refresh_expires)];
}

export const cloudreveProofs: Proofs = {
  "mount.*(cloudreve).protocol": async () => {
    const { url } = await run({ mount: { "/elsewhere": { protocol: "cloudreve" } } });
    expect((await ask(url, "GET", "/elsewhere/site/ping")).status).toBe(200);
    expect((await ask(url, "GET", "/api/v4/site/ping")).status).toBe(404);
  },
  "mount.*(cloudreve).title": async () => {
    const site = (url: string): Promise<Answer> => ask(url, "GET", "/api/v4/site/config/basic");
    expect(await dataOf(cloudreve({ title: "Files" }, site))).toMatchObject({ title: "Files" });
    expect(await dataOf(cloudreve({}, site))).toMatchObject({ title: "Stowage" });
  },
  "mount.*(cloudreve).version": async () => {
    const ping = (url: string): Promise<Answer> => ask(url, "GET", "/api/v4/site/ping");
    expect(await dataOf(cloudreve({ version: "4.9.1" }, ping))).toBe("4.9.1");
    expect(await dataOf(cloudreve({}, ping))).toBe("4.14.0");
  },
  "mount.*(cloudreve).baseUrl": async () => {
    const { urls } = await dataOf(cloudreve({ baseUrl: "https://files.example/api/v4" }, fileUrl));
    expect((urls as { url: string }[])[0]?.url).toMatch(/^https:\/\/files\.example\/api\/v4\//);
    const { urls: without } = await dataOf(cloudreve({}, fileUrl));
    expect((without as { url: string }[])[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  },
  "mount.*(cloudreve).accessTtl": async () => {
    expect((await tokenLives({ accessTtl: "20m" }))[0]).toBe(20);
    expect((await tokenLives({}))[0]).toBe(60);
  },
  "mount.*(cloudreve).refreshTtl": async () => {
    expect((await tokenLives({ refreshTtl: "2h" }))[1]).toBe(120);
    expect((await tokenLives({}))[1]).toBe(14 * 24 * 60);
  },
  "mount.*(cloudreve).urlTtl": async () => {
    expect(minutesUntil((await dataOf(cloudreve({ urlTtl: "5m" }, fileUrl)))["expires"])).toBe(5);
    expect(minutesUntil((await dataOf(cloudreve({}, fileUrl)))["expires"])).toBe(60);
  },
  "mount.*(cloudreve).maxContentSize": async () => {
    const put = (url: string): Promise<Answer> =>
      ask(url, "PUT", "/api/v4/file/content?uri=cloudreve://my/c", { body: Buffer.from("12345") });
    expect((await cloudreve({ maxContentSize: 4 }, put)).body).toMatchObject({ code: 40049 });
    expect((await cloudreve({}, put)).body).toMatchObject({ code: 0 });
  },
  "mount.*(cloudreve).clientChoosesPolicy": async () => {
    const chosen = await dataOf(cloudreve({ clientChoosesPolicy: true }, session));
    expect(chosen["storage_policy"]).toMatchObject({ id: "b" });
    expect((await dataOf(cloudreve({}, session)))["storage_policy"]).toMatchObject({ id: "a" });
  },
};

/** What a native mount with these options answers, where there are two files. */
async function native(options: Parts, path: string): Promise<Parts> {
  const { url } = await run({ mount: { "/uploads": { protocol: "native", ...options } } });
  for (const name of ["/a", "/b"]) await upload(url, name, Buffer.from("x"));
  return (await ask(url, "GET", path)).body;
}

export const nativeProofs: Proofs = {
  "mount.*(native).protocol": async () => {
    const { url } = await run({ mount: { "/elsewhere": { protocol: "native" } } });
    expect((await ask(url, "GET", "/elsewhere/usage")).status).toBe(200);
    expect((await ask(url, "GET", "/uploads/usage")).status).toBe(404);
  },
  "mount.*(native).title": async () => {
    expect(await native({ title: "Files" }, "/uploads/openapi.json")).toMatchObject({ info: { title: "Files" } });
    expect(await native({}, "/uploads/openapi.json")).toMatchObject({ info: { title: "Stowage uploads" } });
  },
  "mount.*(native).maxPage": async () => {
    expect((await native({ maxPage: 1 }, "/uploads/files?limit=2"))["files"]).toHaveLength(1);
    expect((await native({}, "/uploads/files?limit=2"))["files"]).toHaveLength(2);
  },
  "mount.*(native).maxGrant": async () => {
    expect(await chunksGranted({ maxGrant: 2 })).toBe(2);
    expect(await chunksGranted({})).toBe(5);
  },
};

/** No driver of the registry signs anything, so the door to the engine is a test's own and notes what is asked of it. */
async function chunksGranted(options: Parts): Promise<number> {
  let asked = 0;
  const grant = async (_id: string, { chunks }: { chunks: { start: number; end: number } }): Promise<object> => {
    asked = chunks.end - chunks.start;
    return { kind: "parts", requests: [], completion: { by: "server" } };
  };
  const never = (): never => {
    throw new TypeError("not asked");
  };
  const accounts = { signIn: never, findByOwner: never, hasEmail: never, revoke: never, isRevoked: never };
  const node = { nodeKey: null, room: never };
  const frontEnd = nativeFrontEnd.make(options, { runtime: completeRuntime(), signingKey: "", accounts, ...node });
  const caller = { owner: "alice", groups: [] };
  const exchange = {
    method: "POST",
    url: new URL("http://localhost/sessions/x/grant"),
    header: (name: string) => (name === "content-type" ? "application/json" : undefined),
    body: fromBytes(Buffer.from(JSON.stringify({ start: 0, end: 5 }))),
    trailers: async () => new Map<string, string>(),
    peer: null,
    cut: never,
  };
  const access = { caller, as: () => ({ grant }) } as unknown as Access;
  const { status } = await frontEnd.handle(exchange, access, { prefix: "", signal: new AbortController().signal });
  expect(status).toBe(200);
  return asked;
}
