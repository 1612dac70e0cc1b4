import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { isUploadError } from "@stowage/core";
import fc from "fast-check";
import { SignJWT } from "jose";
import { cloudreve, cloudreveTokens } from "../src/index.js";
import { accountState } from "../src/session/account-state.js";
import { derivedKeys } from "../src/session/derived-keys.js";
import type { KeyPurpose } from "../src/session/derived-keys.js";
import { parseUserId, printUserId } from "../src/wire/user-id.js";
import { cloudreveClient } from "./cloudreve-client.js";
import type { CloudreveClient } from "./cloudreve-client.js";
import { openHttpSite } from "./http-site.js";
import type { HttpSite } from "./http-site.js";
import { memoryAccounts } from "./memory-accounts.js";
import { exchangeOf, signingKey } from "./site.js";

const minute = 60_000;
let site: HttpSite;
let client: CloudreveClient;
beforeEach(async () => {
  site = await openHttpSite();
  site.accounts.add("anna", "correct horse", ["staff"]);
  client = cloudreveClient(site);
  await client.signIn("anna@files.test", "correct horse");
});
afterEach(() => site.close());

const codeOf = async (token: string): Promise<number> => (await site.send("GET", "/user/me", { token })).all.code;
const refresh = async (token: string): Promise<number> =>
  (await site.send("POST", "/session/token/refresh", { body: { refresh_token: token } })).all.code;
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

describe("claims", () => {
  test("are those of Cloudreve", () => {
    const { access_token, refresh_token, access_expires } = client.tokens();
    const header = JSON.parse(Buffer.from(access_token.split(".")[0] ?? "", "base64url").toString());
    expect(header).toEqual({ alg: "HS256", typ: "JWT" });
    const access = claimsOf(access_token);
    expect(access).toMatchObject({ token_type: "access", sub: "YW5uYQ" });
    expect(access["exp"]).toBe(Math.floor(Date.parse(access_expires) / 1000));
    expect(access["nbf"]).toBeLessThanOrEqual(site.now() / 1000);
    expect(claimsOf(refresh_token)).toMatchObject({
      token_type: "refresh",
      root_token_id: access["root_token_id"],
      state_hash: expect.stringMatching(/^[\w-]{43}=$/),
    });
  });
});

describe("what is no token", () => {
  test("any changed byte", async () => {
    const { access_token, refresh_token } = client.tokens();
    const changed = (token: string, at: number): string =>
      `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    await fc.assert(
      // The last character of each part has bits that base64 leaves out.
      fc.asyncProperty(fc.nat(), fc.boolean(), async (seed, isRefresh) => {
        const token = isRefresh ? refresh_token : access_token;
        const at = seed % token.length;
        fc.pre(token[at] !== "." && token[at + 1] !== "." && at + 1 < token.length);
        const bad = changed(token, at);
        expect(await (isRefresh ? refresh(bad) : codeOf(bad))).toBe(isRefresh ? 40020 : 401);
      }),
      { numRuns: 200 },
    );
    expect(await codeOf(access_token)).toBe(0);
  });

  test("anything, said as either kind", async () => {
    const part = fc.string({ unit: fc.constantFrom("eyJhbGciOiJub25lIn0", "e30", "A", "-", "_"), maxLength: 40 });
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.tuple(part, part, part).map((parts) => parts.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        expect(await refresh(token)).toBe(40020);
        const visible = token.replaceAll(/[^\u0021-\u007e]/g, "");
        expect(await codeOf(visible)).toBe(401);
      }),
      { numRuns: 200 },
    );
    expect(await refresh("x".repeat(100_000))).toBe(40020);
  });

  test("one kind as the other", async () => {
    const { access_token, refresh_token } = client.tokens();
    expect(await codeOf(refresh_token)).toBe(40020);
    expect(await refresh(access_token)).toBe(40020);
  });

  test("one that is expired", async () => {
    const { access_token } = client.tokens();
    site.pass(59 * minute);
    expect(await codeOf(access_token)).toBe(0);
    site.pass(61_000);
    expect(await codeOf(access_token)).toBe(401);
  });

  test.each([
    ["another algorithm", "access", { alg: "HS512" }, {}],
    ["the refresh key", "refresh", { alg: "HS256" }, {}],
    ["the key of URLs", "url", { alg: "HS256" }, {}],
    ["the wrong type", "access", { alg: "HS256" }, { token_type: "refresh" }],
    ["no root", "access", { alg: "HS256" }, { root_token_id: undefined }],
    ["no end", "access", { alg: "HS256" }, { exp: undefined }],
    ["another user", "access", { alg: "HS256" }, { sub: printUserId("bert") }],
    ["a user id that is none", "access", { alg: "HS256" }, { sub: "/" }],
    ["another state", "access", { alg: "HS256" }, { state_hash: "x" }],
    ["a later beginning", "access", { alg: "HS256" }, { nbf: 4e9, exp: 5e9 }],
  ] as const)("one with %s", async (_name, purpose, header, change) => {
    site.accounts.add("bert", "battery staple");
    const sign = async (kind: KeyPurpose, alg: string, claims: object): Promise<string> =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(await derivedKeys(signingKey)(kind));
    const right = claimsOf(client.tokens().access_token);
    expect(await codeOf(await sign("access", "HS256", right))).toBe(0);
    if (header.alg === "HS512") {
      const key = new TextEncoder().encode(signingKey);
      const token = await new SignJWT({ ...right }).setProtectedHeader(header).sign(key);
      expect(await codeOf(token)).toBe(401);
    } else {
      expect(await codeOf(await sign(purpose, header.alg, { ...right, ...change }))).toBe(401);
    }
  });

  test("an unsigned one, or one of another signing key", async () => {
    const [, payload = ""] = client.tokens().access_token.split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(await codeOf(`${none}.${payload}.`)).toBe(401);
    const other = await openHttpSite({ signingKey: "o".repeat(64) });
    other.accounts.add("anna", "correct horse");
    const stranger = cloudreveClient(other);
    await stranger.signIn("anna@files.test", "correct horse");
    expect(await codeOf(stranger.tokens().access_token)).toBe(401);
    await other.close();
  });
});

describe("accounts that change", () => {
  test("a new password ends all sign-ins", async () => {
    const { access_token, refresh_token } = client.tokens();
    site.accounts.setPassword("anna", "new");
    expect(await refresh(refresh_token)).toBe(40020);
    expect(await codeOf(access_token)).toBe(401);
    await client.signIn("anna@files.test", "new");
    expect(await client.call("GET", "/user/me")).toMatchObject({ nickname: "the anna" });
  });

  test.each(["disable", "remove"] as const)("%s: within three seconds, whatever was asked before", async (verb) => {
    const { access_token, refresh_token } = client.tokens();
    expect(await codeOf(access_token)).toBe(0);
    site.accounts[verb]("anna");
    site.pass(3_000);
    expect(await codeOf(access_token)).toBe(401);
    expect(await refresh(refresh_token)).toBe(40020);
  });
});

describe("cloudreveTokens", () => {
  test("asks for an account every three seconds, for a revoked sign-in each time", async () => {
    const { access_token } = client.tokens();
    let at = site.now();
    const identify = cloudreveTokens(
      { signingKey, accounts: site.accounts },
      { clock: { now: () => at, sleep: async () => {} } },
    );
    const exchange = exchangeOf("GET", "/", { headers: { authorization: `bearer  ${access_token} ` } });
    const before = site.accounts.lookUps();
    for (let times = 0; times < 5; times += 1)
      expect(await identify(exchange)).toEqual({ owner: "anna", groups: ["staff"] });
    expect(site.accounts.lookUps() - before).toBe(1);
    at += 3_000;
    expect(await identify(exchange)).toEqual({ owner: "anna", groups: ["staff"] });
    expect(site.accounts.lookUps() - before).toBe(2);
    await client.signOut();
    expect(await identify(exchange)).toBeNull();
  });

  test("leaves what is not its own to others", async () => {
    const identify = cloudreveTokens({ signingKey, accounts: site.accounts });
    for (const authorization of ["", "Basic YTpi", "Bearer secret-of-somebody", "Bearer Cr abc=:0", "Bearer a.b.c"]) {
      expect(await identify(exchangeOf("GET", "/", { headers: { authorization } }))).toBeNull();
    }
  });

  test("remembers a thousand tokens at most, and is right about all", async () => {
    const accounts = memoryAccounts({ now: Date.now });
    accounts.add("anna", "x");
    const identify = cloudreveTokens({ signingKey, accounts });
    const issued: string[] = [];
    const key = await derivedKeys(signingKey)("access");
    const account = (await accounts.findByOwner("anna", { signal: new AbortController().signal }))!;
    const state_hash = await accountState(derivedKeys(signingKey), account);
    for (let index = 0; index < 1100; index += 1) {
      const claims = { token_type: "access", root_token_id: String(index), state_hash };
      const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setSubject("YW5uYQ");
      issued.push(await token.setNotBefore("0s").setExpirationTime("1h").sign(key));
    }
    const ask = async (token = ""): Promise<string | null | undefined> =>
      (await identify(exchangeOf("GET", "/", { headers: { authorization: `Bearer ${token}` } })))?.owner;
    for (const token of issued) expect(await ask(token)).toBe("anna");
    const before = accounts.lookUps();
    expect(await ask(issued.at(-1))).toBe("anna");
    expect(accounts.lookUps()).toBe(before);
    expect(await ask(issued[0])).toBe("anna");
    expect(accounts.lookUps()).toBe(before + 1);
  });
});

describe("options", () => {
  test.each([
    ["accessTtlMs", { accessTtlMs: 600_000 }],
    ["accessTtlMs", { accessTtlMs: 0 }],
    ["refreshTtlMs", { refreshTtlMs: 3_600_000 }],
    ["accounts", { accounts: {} }],
    ["accounts", { accounts: { ...memoryAccounts(Date), isRevoked: undefined } }],
  ])("%s: %j is refused", (name, given) => {
    const issues = issuesOf(() => cloudreve({ signingKey, ...(given as object) }));
    expect(issues).toEqual([expect.stringContaining(`${name}: `)]);
  });

  test("cloudreveTokens wants its own", () => {
    const given = { signingKey: "short", accounts: null };
    const issues = issuesOf(() => cloudreveTokens(given as unknown as Parameters<typeof cloudreveTokens>[0]));
    expect(issues).toHaveLength(2);
  });

  test("times of tokens hold", async () => {
    await site.close();
    site = await openHttpSite({ accessTtlMs: 11 * minute, refreshTtlMs: 20 * minute });
    site.accounts.add("anna", "correct horse");
    client = cloudreveClient(site);
    await client.signIn("anna@files.test", "correct horse");
    const { access_token, refresh_token } = client.tokens();
    site.pass(11 * minute);
    expect(await codeOf(access_token)).toBe(401);
    site.pass(9 * minute);
    expect(await refresh(refresh_token)).toBe(40020);
  });
});

describe("user ids", () => {
  test("are URL-safe, one for each owner, and lead back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (owner) => {
        const id = printUserId(owner);
        expect(id).toMatch(/^[\w-]*$/);
        expect(parseUserId(id)).toBe(owner);
      }),
    );
    for (const none of ["a", "YQ==", "/w", "_w", "YR", "é"]) expect(parseUserId(none)).toBeNull();
  });
});

function issuesOf(make: () => unknown): readonly string[] {
  try {
    make();
  } catch (error) {
    if (isUploadError(error) && error.code === "OPTIONS_INVALID") return error.details.issues;
    throw error;
  }
  return [];
}
