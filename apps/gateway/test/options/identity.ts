import { expect } from "@jest/globals";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { ask, run, upload } from "../running-gateway.js";
import type { Parts, Sent } from "../running-gateway.js";
import { aliceToken } from "./proof.js";
import type { Proofs } from "./proof.js";

const groups = { staff: { quota: 42 } };

/** What `/uploads/usage` answers: 401, or the quota, which tells the group. */
async function usage(identity: unknown, sent: Sent = {}): Promise<unknown> {
  const { url } = await run({ identity, groups });
  const { status, body } = await ask(url, "GET", "/uploads/usage", sent);
  return status === 200 ? body["limit"] : status;
}

/** Whose file it is that somebody uploads: alice's, as her token shows, or another's. */
async function isOfAlice(identity: Parts, sent: Sent): Promise<boolean> {
  const tokens = [...((identity["tokens"] ?? []) as Parts[]), { token: aliceToken, owner: "alice" }];
  const { url } = await run({ identity: { ...identity, tokens }, groups });
  await upload(url, "/a", Buffer.from("x"), sent);
  return (await ask(url, "GET", "/uploads/files/content?path=/a", { token: aliceToken })).status === 200;
}

const token = "some-token-of-thirty-two-characters!";
const forwarded: Sent = { headers: { "x-forwarded-for": "203.0.113.9" } };

const secret = "a-shared-secret-of-thirty-two-bytes!";
const claims = { sub: "alice", name: "bob", iss: "i", aud: "a", groups: ["staff"], roles: ["none"] };
const jwt = async (more: Parts = {}, alg = "HS256"): Promise<Sent> => ({
  token: await new SignJWT({ ...claims, ...more })
    .setProtectedHeader({ alg })
    .setExpirationTime("5m")
    .sign(new TextEncoder().encode(secret)),
});

export const identityProofs: Proofs = {
  "identity.anonymous": async () => {
    expect(await usage({ anonymous: "off" })).toBe(401);
    expect(await usage({ tokens: [{ token, owner: "ci" }] })).toBe(401);
    expect(await usage({ anonymous: "loopback", tokens: [{ token, owner: "ci" }] })).toBeNull();
    expect(await usage({})).toBeNull();
  },
  "identity.anonymous.owner": async () => {
    expect(await isOfAlice({ anonymous: { owner: "alice" } }, {})).toBe(true);
    expect(await isOfAlice({ anonymous: { owner: "guest" } }, {})).toBe(false);
  },
  "identity.anonymous.groups": async () => {
    expect(await usage({ anonymous: { owner: "guest", groups: ["staff"] } })).toBe(42);
    expect(await usage({ anonymous: { owner: "guest" } })).toBeNull();
  },
  "identity.anonymous.from": async () => {
    expect(await usage({ anonymous: { owner: "guest", from: "anywhere" } }, forwarded)).toBeNull();
    expect(await usage({ anonymous: { owner: "guest" } }, forwarded)).toBe(401);
  },
  "identity.tokens[].token": async () => {
    expect(await usage({ tokens: [{ token, owner: "ci" }] }, { token })).toBeNull();
    expect(await usage({ tokens: [{ token: `${token}!`, owner: "ci" }] }, { token })).toBe(401);
  },
  "identity.tokens[].tokenSha256": async () => {
    const tokenSha256 = createHash("sha256").update(token).digest("hex");
    expect(await usage({ tokens: [{ tokenSha256, owner: "ci" }] }, { token })).toBeNull();
    expect(await usage({ tokens: [{ tokenSha256: "0".repeat(64), owner: "ci" }] }, { token })).toBe(401);
  },
  "identity.tokens[].owner": async () => {
    expect(await isOfAlice({ tokens: [{ token, owner: "alice" }] }, { token })).toBe(true);
    expect(await isOfAlice({ tokens: [{ token, owner: "ci" }] }, { token })).toBe(false);
  },
  "identity.tokens[].groups": async () => {
    expect(await usage({ tokens: [{ token, owner: "ci", groups: ["staff"] }] }, { token })).toBe(42);
    expect(await usage({ tokens: [{ token, owner: "ci" }] }, { token })).toBeNull();
  },
  "identity.jwt.secret": async () => {
    expect(await usage({ jwt: { secret } }, await jwt())).toBe(42);
    expect(await usage({ jwt: { secret: `${secret}!` } }, await jwt())).toBe(401);
  },
  "identity.jwt.jwks": async () => {
    const [ours, others] = await Promise.all([generateKeyPair("ES256"), generateKeyPair("ES256")]);
    const keys = [await exportJWK(ours.publicKey)];
    const issuer = createServer((_request, response) => response.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
    const jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/`;
    const by = async ({ privateKey }: typeof ours): Promise<unknown> => {
      const made = new SignJWT(claims).setProtectedHeader({ alg: "ES256" }).setExpirationTime("5m");
      return usage({ jwt: { jwks, issuer: "i", audience: "a" } }, { token: await made.sign(privateKey) });
    };
    expect([await by(ours), await by(others)]).toEqual([42, 401]);
    await new Promise((resolve) => issuer.close(resolve));
  },
  "identity.jwt.issuer": async () => {
    expect(await usage({ jwt: { secret, issuer: "i" } }, await jwt({ iss: "other" }))).toBe(401);
    expect(await usage({ jwt: { secret } }, await jwt({ iss: "other" }))).toBe(42);
  },
  "identity.jwt.audience": async () => {
    expect(await usage({ jwt: { secret, audience: "a" } }, await jwt({ aud: "other" }))).toBe(401);
    expect(await usage({ jwt: { secret } }, await jwt({ aud: "other" }))).toBe(42);
  },
  "identity.jwt.algorithms": async () => {
    expect(await usage({ jwt: { secret, algorithms: ["HS512"] } }, await jwt({}, "HS512"))).toBe(42);
    expect(await usage({ jwt: { secret } }, await jwt({}, "HS512"))).toBe(401);
  },
  "identity.jwt.owner": async () => {
    expect(await isOfAlice({ jwt: { secret } }, await jwt())).toBe(true);
    expect(await isOfAlice({ jwt: { secret, owner: "name" } }, await jwt())).toBe(false);
  },
  "identity.jwt.groups": async () => {
    expect(await usage({ jwt: { secret } }, await jwt())).toBe(42);
    expect(await usage({ jwt: { secret, groups: "roles" } }, await jwt())).toBeNull();
  },
};
