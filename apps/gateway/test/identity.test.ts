import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import type { CryptoKey, JWK, JWTPayload } from "jose";
import { openAccounts } from "../src/accounts/open-accounts.js";
import { addToken } from "../src/accounts/verbs/add-token.js";
import { addUser } from "../src/accounts/verbs/add-user.js";
import { disableUser } from "../src/accounts/verbs/disable-user.js";
import { removeToken } from "../src/accounts/verbs/remove-token.js";
import { ask, closeAll, run, signIn, upload } from "./running-gateway.js";
import type { Parts, Sent } from "./running-gateway.js";

// Passwords take a while to hash, longer where others use the machine.
jest.setTimeout(60_000);

afterEach(closeAll);

/** 200 for somebody, 401 for nobody. */
async function known(url: string, sent: Sent = {}): Promise<number> {
  return (await ask(url, "GET", "/uploads/usage", sent)).status;
}

const token = "static-token-of-thirty-two-characters";
const anywhere = { anonymous: { owner: "everybody", from: "anywhere" } };

describe("a static token", () => {
  test("stands for its owner, given as it is or as its SHA-256", async () => {
    const other = "another-token-of-thirty-two-characters";
    const tokenSha256 = createHash("sha256").update(other).digest("hex");
    const { url } = await run({
      identity: {
        tokens: [
          { token, owner: "ci" },
          { tokenSha256: tokenSha256.toUpperCase(), owner: "deploy" },
        ],
      },
    });
    expect((await upload(url, "/a", Buffer.from("of ci"), { token })).body).toMatchObject({ completed: true });
    const content = "/uploads/files/content?path=/a";
    expect((await ask(url, "GET", content, { token })).body).toEqual({ text: "of ci" });
    expect((await ask(url, "GET", content, { token: other })).status).toBe(404);
    expect(await known(url, { token: tokenSha256 })).toBe(401);
    expect(await known(url)).toBe(401);
  });

  test.each([
    ["Bearer wrong"],
    [`Bearer ${token}x`],
    [`Bearer ${token.slice(1)}`],
    ["Bearer "],
    ["Bearer"],
    [`Basic ${token}`],
    [token],
    ["Bearer stowage_wrong"],
    ["Bearer a.b.c"],
    [`Bearer ${token}, Bearer wrong`],
  ])("that is none (%j) makes nobody anonymous", async (authorization) => {
    const { url } = await run({ identity: { ...anywhere, tokens: [{ token, owner: "ci" }] } });
    expect(await known(url)).toBe(200);
    expect(await known(url, { token })).toBe(200);
    expect(await known(url, { headers: { authorization } })).toBe(401);
  });

  test("that is wrong makes nobody the owner at this machine either", async () => {
    const { url } = await run();
    expect(await known(url)).toBe(200);
    expect(await known(url, { token: "wrong" })).toBe(401);
  });
});

describe("users of accounts.db", () => {
  const password = "correct horse battery";

  test("are known at once, by API token and by sign-in at every mount; and unknown at once", async () => {
    const { url, folder } = await run({ groups: { staff: {} } });
    const database = await openAccounts(join(folder, "data"));
    await addUser(database, { owner: "alice", email: "alice@example.com", password, groups: ["staff"], quota: 1000 });
    const { id, token: api } = await addToken(database, "alice");
    expect((await ask(url, "GET", "/uploads/usage", { token: api })).body).toMatchObject({ limit: 1000 });
    const { body } = await signIn(url, "alice@example.com", password);
    const access = (body["data"] as { token: { access_token: string } }).token.access_token;
    expect((await ask(url, "GET", "/uploads/usage", { token: access })).body).toMatchObject({ limit: 1000 });
    await disableUser(database, "alice");
    expect(await known(url, { token: api })).toBe(401);
    await disableUser(database, "alice", false);
    expect(await known(url, { token: api })).toBe(200);
    await removeToken(database, id);
    expect(await known(url, { token: api })).toBe(401);
    database.close();
  });

  test("are slowed after wrong passwords, over HTTP", async () => {
    const { url, folder } = await run();
    const database = await openAccounts(join(folder, "data"));
    await addUser(database, { owner: "alice", email: "alice@example.com", password });
    database.close();
    const codes: unknown[] = [];
    for (let count = 0; count < 6; count++)
      codes.push((await signIn(url, "alice@example.com", "wrong one")).body["code"]);
    const right = await signIn(url, "alice@example.com", password);
    expect(new Set(codes.slice(0, 5)).size).toBe(1);
    expect(codes[5]).not.toBe(codes[0]);
    expect(right.body["code"]).toBe(codes[5]);
  });
});

describe("JWTs with a shared secret", () => {
  const secret = "a-shared-secret-of-thirty-two-bytes!";
  const key = new TextEncoder().encode(secret);
  const identity = { ...anywhere, jwt: { secret, issuer: "https://issuer.example", audience: "stowage" } };
  const right = { sub: "alice", iss: "https://issuer.example", aud: "stowage" };
  const sign = (payload: JWTPayload, alg = "HS256", expires: string | null = "5m", by = key): Promise<string> => {
    const jwt = new SignJWT(payload).setProtectedHeader({ alg });
    return (expires === null ? jwt : jwt.setExpirationTime(expires)).sign(by);
  };

  test("tell the owner and groups", async () => {
    const { url } = await run({ identity, groups: { staff: { quota: 42 } } });
    expect(await known(url, { token: await sign(right) })).toBe(200);
    const inGroup = await sign({ ...right, groups: ["staff", "../x", 7] });
    expect((await ask(url, "GET", "/uploads/usage", { token: inGroup })).body).toMatchObject({ limit: 42 });
    await upload(url, "/a", Buffer.from("alice's"), { token: inGroup });
    const other = await sign({ ...right, sub: "bob" });
    expect((await ask(url, "GET", "/uploads/files/content?path=/a", { token: other })).status).toBe(404);
  });

  test.each<[string, () => Promise<string> | string]>([
    ["signed with another secret", () => sign(right, "HS256", "5m", new TextEncoder().encode("x".repeat(32)))],
    ["expired", () => sign(right, "HS256", "-1m")],
    ["without an end", () => sign(right, "HS256", null)],
    ["of another issuer", () => sign({ ...right, iss: "https://evil.example" })],
    ["for another audience", () => sign({ ...right, aud: "other" })],
    ["of another algorithm", () => sign(right, "HS512")],
    ["that is not valid yet", () => sign({ ...right, nbf: Math.floor(Date.now() / 1000) + 60 })],
    ["without a signature", () => new UnsecuredJWT(right).setExpirationTime("5m").encode()],
    [
      "with alg none and a signature",
      async () => `${new UnsecuredJWT(right).setExpirationTime("5m").encode()}${(await sign(right)).split(".")[2]}`,
    ],
    ["whose owner is no name", () => sign({ ...right, sub: "../alice" })],
    ["whose owner is the operator", () => sign({ ...right, sub: null as unknown as string })],
    ["without an owner", () => sign({ iss: right.iss, aud: right.aud })],
    ["with rubbish in it", () => "e30.e30.e30"],
  ])("%s are nobody's", async (_what, make) => {
    const { url } = await run({ identity });
    expect(await known(url, { token: await make() })).toBe(401);
    expect(await known(url)).toBe(200);
  });
});

describe("JWTs with published keys", () => {
  let keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
  let published: JWK[] = [];
  let asked = 0;
  let isDown = false;
  const issuer = createServer((_request, response) => {
    asked++;
    response.statusCode = isDown ? 500 : 200;
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: published }));
  });
  beforeAll(async () => {
    keys = await generateKeyPair("ES256", { extractable: true });
    published = [{ ...(await exportJWK(keys.publicKey)), kid: "one", alg: "ES256" }];
    await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => issuer.close(resolve)));

  const parts = (): Parts => {
    const jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
    return { identity: { ...anywhere, jwt: { jwks, issuer: "i", audience: "a", owner: "name", groups: "roles" } } };
  };
  const sign = (by: CryptoKey | Uint8Array, alg: string): Promise<string> =>
    new SignJWT({ name: "alice", iss: "i", aud: "a" })
      .setProtectedHeader({ alg, kid: "one" })
      .setExpirationTime("5m")
      .sign(by);

  test("are known, and the keys are fetched once", async () => {
    const { url } = await run(parts());
    asked = 0;
    const good = await sign(keys.privateKey, "ES256");
    for (let count = 0; count < 5; count++) expect(await known(url, { token: good })).toBe(200);
    expect(asked).toBe(1);
  });

  test("signed by another key, or with a public key as a secret, are nobody's", async () => {
    const { url } = await run(parts());
    const others = await generateKeyPair("ES256");
    expect(await known(url, { token: await sign(others.privateKey, "ES256") })).toBe(401);
    const asSecret = new TextEncoder().encode(JSON.stringify(published[0]));
    expect(await known(url, { token: await sign(asSecret, "HS256") })).toBe(401);
  });

  test("are no wrong tokens while the keys cannot be had", async () => {
    isDown = true;
    const { url } = await run(parts());
    expect(await known(url, { token: await sign(keys.privateKey, "ES256") })).toBe(503);
    isDown = false;
    expect(await known(url, { token: await sign(keys.privateKey, "ES256") })).toBe(200);
  });
});
