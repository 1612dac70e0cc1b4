import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cloudreveSlaveRoutes } from "@stowage/protocol-cloudreve/slave";
import Database from "libsql";
import { openAccounts } from "../src/accounts/open-accounts.js";
import { addToken } from "../src/accounts/verbs/add-token.js";
import { frontEndNames, knownFrontEnd } from "../src/known-front-end.js";
import { passwordHash } from "./config/written-config.js";
import { gatewayProcess, killAll } from "./gateway-process.js";
import { ask, open, signIn, upload } from "./running-gateway.js";
import type { Answer, Parts, Sent } from "./running-gateway.js";

const password = "correct horse battery";
const secretOf = (name: string): string => `${name}-${randomBytes(24).toString("hex")}`;

let folder = "";
/** What no output may have, and what it is. */
let known: Map<string, string> = new Map();
const secret = (name: string): string => {
  const made = secretOf(name);
  known.set(made, name);
  return made;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-secrets-"));
  known = new Map([[password, "password"]]);
});
afterEach(async () => {
  await killAll();
  await rm(folder, { recursive: true });
});

function configuration(tokens: { readonly forAll: string; readonly forMetrics: string }): Parts {
  const digested = secret("digested-token");
  return {
    listen: { port: 0 },
    log: "trace",
    data: join(folder, "data"),
    policies: {
      first: { driver: "local", options: { root: join(folder, "first") }, session: { ttl: "1h" } },
      second: { driver: "local", options: { root: join(folder, "second") }, calls: { attempts: 2 } },
      third: { driver: "remote", options: { node: "away" } },
    },
    nodes: { away: { url: "http://127.0.0.1:9", key: secret("key-of-a-node"), timeout: "300ms" } },
    node: { key: secret("node-key") },
    identity: {
      tokens: [
        { token: tokens.forAll, owner: "ci" },
        { tokenSha256: createHash("sha256").update(digested).digest("hex"), owner: "other" },
      ],
      jwt: { secret: secret("jwt-secret") },
    },
    users: { alice: { email: "alice@example.com", password: passwordHash } },
    mount: Object.fromEntries(frontEndNames.map((name) => [prefixOf(name), name])),
    limits: { uploadsPerMinute: 1000, writesAtOnce: 4 },
    metrics: { allow: { token: tokens.forMetrics } },
  };
}

function prefixOf(frontEnd: string): string {
  return { cloudreve: "/api/v4", native: "/uploads" }[frontEnd] ?? `/${frontEnd}`;
}

interface Documented {
  readonly method: string;
  /** With its mount; parameters in braces. */
  readonly path: string;
}

async function routesOf(url: string): Promise<readonly Documented[]> {
  const slave = cloudreveSlaveRoutes.map(({ method, path }) => ({ method, path: `/cloudreve-slave${path}` }));
  const found = await Promise.all(
    frontEndNames.map(async (name) => {
      if (knownFrontEnd(name)?.openapi === null) return [];
      const prefix = prefixOf(name);
      const { body } = await ask(url, "GET", `${prefix}${knownFrontEnd(name)?.openapi}`);
      return Object.entries(body["paths"] as Readonly<Record<string, Parts>>).flatMap(([path, item]) =>
        Object.keys(item)
          .filter((method) => /^(get|put|post|delete|head|patch)$/.test(method))
          .map((method) => ({ method: method.toUpperCase(), path: `${prefix}${path}` })),
      );
    }),
  );
  return [...found.flat(), ...slave];
}

/** Every route with every kind of credential and body, right ones and wrong ones. */
async function exercise(
  url: string,
  session: string,
  tokens: readonly string[],
  metricsToken: string,
): Promise<number> {
  let count = 0;
  const attempt = async (method: string, path: string, sent: Sent): Promise<void> => {
    count += 1;
    await ask(url, method, path, sent).catch(() => {});
  };
  const query = `?uri=cloudreve://my/a&path=/a&token=${secret("query")}&sign=${secret("signature")}:9`;
  for (const { method, path } of await routesOf(url)) {
    const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (/index|speed/.test(name) ? "0" : session));
    // Those of the right ones would end the session that others still want.
    const isEnd = method === "DELETE" || path.endsWith("/session/token");
    for (const token of isEnd ? [secret("wrong-token")] : [...tokens, secret("wrong-token"), undefined]) {
      const credential = token === undefined ? {} : { token };
      const bodies: readonly Sent[] =
        method === "GET" || method === "HEAD"
          ? [{}]
          : [
              { json: { uri: "cloudreve://my/new", path: "/new", size: 5, password: secret("in-json") } },
              {
                body: Buffer.from(`{"broken": "${secret("in-broken-json")}`),
                headers: { "content-type": "application/json" },
              },
              { body: Buffer.from(secret("in-bytes")) },
            ];
      for (const sent of bodies) await attempt(method, `${named}${query}`, { ...credential, ...sent });
    }
    const headers = { authorization: `Basic ${secret("basic")}`, cookie: `session=${secret("cookie")}` };
    await attempt(method, named, { headers });
  }
  for (const path of ["/metrics", "/docs", "/livez", "/readyz", "/nowhere"]) {
    for (const token of [metricsToken, secret("wrong-token")]) await attempt("GET", `${path}${query}`, { token });
  }
  return count;
}

/** A chunk whose connection is cut in its middle. */
async function cut(url: string, session: string, token: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  socket.write(
    `PUT /uploads/sessions/${session}/chunks/0 HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\ncontent-length: 100\r\n\r\n${secret("cut-body")}`,
  );
  await sleep(100);
  socket.resetAndDestroy();
  await sleep(100);
}

/** What the store has of a session and nobody else may know: the driver's handle. */
async function rememberStored(data: string): Promise<void> {
  const database = new Database(join(data, "stowage.db"), { readonly: true } as object);
  const rows = database.prepare("SELECT document FROM sessions").all() as { document: string }[];
  database.close();
  for (const [index, { document }] of rows.entries()) {
    const { handle } = JSON.parse(document) as { handle?: { part?: string } };
    if (handle?.part !== undefined) known.set(handle.part, `handle ${index}`);
  }
}

const codeOf = ({ body }: Answer): string => JSON.stringify(body);

test("nothing secret is in the output, whatever is asked and whatever breaks", async () => {
  const file = join(folder, "stowage.yaml");
  const tokens = { forAll: secret("static-token"), forMetrics: secret("metrics-token") };
  await writeFile(file, JSON.stringify(configuration(tokens)));
  const gateway = gatewayProcess(["--config", file]);
  const url = await gateway.ready;
  const data = join(folder, "data");

  known.set((await readFile(join(data, "signing.key"), "utf8")).trim(), "signing-key");
  known.set(passwordHash.split("$").at(-1) ?? "", "password-hash");
  const accounts = await openAccounts(data);
  const { token: apiToken } = await addToken(accounts, "alice", "test");
  accounts.close();
  known.set(apiToken, "api-token");
  const signedIn = await signIn(url, "alice@example.com", password);
  const { access_token: access, refresh_token: refresh } = (
    signedIn.body["data"] as { token: { access_token: string; refresh_token: string } }
  ).token;
  known.set(access, "access-token").set(refresh, "refresh-token");
  await signIn(url, "alice@example.com", secret("wrong-password"));
  await ask(url, "POST", "/api/v4/session/token/refresh", { json: { refresh_token: refresh } });
  await ask(url, "POST", "/api/v4/session/token/refresh", { json: { refresh_token: secret("wrong-refresh") } });

  const token = tokens.forAll;
  expect((await upload(url, "/a", Buffer.from(secret("content")), { token })).status).toBe(200);
  const urls = await ask(url, "POST", "/api/v4/file/url", { token, json: { uris: ["cloudreve://my/a"] } });
  const signed = new URL((urls.body["data"] as { urls: { url: string }[] }).urls[0]?.url ?? "");
  known.set(signed.search.slice(1), "signed-url");
  expect((await fetch(signed)).status).toBe(200);
  await fetch(`${signed.origin}${signed.pathname}?sign=${secret("forged")}`);
  const session = String((await open(url, "/b", 100, {}, { token })).body["id"]);
  const cloudreve = await ask(url, "PUT", "/api/v4/file/upload", { token, json: { uri: "cloudreve://my/c", size: 9 } });
  const cloudreveSession = (cloudreve.body["data"] as { session_id: string }).session_id;

  // Nobody is there; what the log tells of that has no key in it.
  expect((await open(url, "/away", 5, { policy: "third" }, { token })).status).toBe(503);

  const sent = await exercise(url, session, [token, access, apiToken], tokens.forMetrics);
  expect(sent).toBeGreaterThan(200);
  await rememberStored(data);
  await ask(url, "GET", `/api/v4/callback/s3/${cloudreveSession}/${secret("callback-secret")}`);
  await cut(url, session, token);
  await rm(join(folder, "first"), { recursive: true });
  for (const path of ["/uploads/files/content?path=/a", "/uploads/usage"]) await ask(url, "GET", path, { token });
  expect(codeOf(await open(url, "/d", 5, {}, { token }))).not.toContain(folder);
  await fetch(signed);
  gateway.kill("SIGTERM");
  const { stdout, stderr, code } = await gateway.ended;

  expect(code).toBe(0);
  // It did talk.
  expect(stderr.split("\n").length).toBeGreaterThan(sent / 2);
  expect(stderr.split("\n").filter((line) => line.startsWith('{"level":40')).length).toBeGreaterThan(2);
  expect([...known.values()].filter((name) => name.startsWith("handle")).length).toBeGreaterThan(1);
  for (const [value, name] of known) {
    expect([value.length >= 16, name]).toEqual([true, name]);
    for (const said of [stdout, stderr]) if (said.includes(value)) throw new Error(`${name} is in the output`);
  }
  const suspicious = /sign=|bearer |basic |password["']?\s*[:=]|token["']?\s*[:=]|\$scrypt|stowage_[\w-]{20}/i;
  expect(stderr.split("\n").filter((line) => suspicious.test(line))).toEqual([]);
}, 120_000);
