import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createHmac } from "node:crypto";
import { coversBody, decodePath, expiryOf, nodeSigner, refusalOf, signableText } from "../src/index.js";
import type { SignableRequest } from "../src/index.js";

const key = "s".repeat(64);
const signer = nodeSigner([key]);
const chunk = "/api/v4/slave/upload/9897ebae-7b73-4169-aabc-6396f470e4bb";

const plain = (path: string, body = "", headers: Record<string, string> = {}): SignableRequest => ({
  path,
  headers,
  body,
});

test("the credential of a session, as Cloudreve's rules make it", async () => {
  const credential = await signer.signHeader(plain(chunk), 1749623351);
  expect(credential).toBe("Bearer Cr CGUk6FRkK9gfkTtpuyQnKKCFo_xJA7tb4wrO7BbZ3go=:1749623351");
  expect(await signer.verifyHeader(plain(chunk), credential, 1749623351)).toBe("valid");
});

test("a ping with headers and a body that Go escapes", async () => {
  const ping = plain("/api/v4/slave/ping", '{"callback":"http://m/?a=1&b=<2>"}', {
    "x-cr-version": "4.14.0",
    "X-CR-NODE-ID": "2",
    "x-cr-filename": "not covered",
    "content-type": "application/json",
  });
  const authorization = await signer.signHeader(ping, 0);
  expect(authorization).toBe("Bearer Cr _-zx4vCuAq8LuYD_qBwz6gFQW4xC39DnUPtxgZclS7o=:0");
  expect(await signer.verifyHeader(ping, authorization, 2_000_000_000)).toBe("valid");
});

test("a signed URL", async () => {
  const urls = nodeSigner(["k"]);
  const path = "/api/v4/file/content/oqI8/0/a b.txt";
  const sign = await urls.signUrl(path, 1749623351);
  expect(sign).toBe("vs2eVPzsdwS6nzS9z8ZgheiHmz6CirIVAL1LvQkVmb8=:1749623351");
  expect(await urls.verifyUrl(path, sign, 1749623350)).toBe("valid");
});

test("the text is Go's JSON: keys in order, HTML and line separators escaped, headers sorted by bytes", () => {
  const text = signableText(
    plain("/a/ü\u2028", '<&>\u2029\n\u0001"\\\ud800', { "x-cr-b": "2", "X-Cr-A": "1", "x-cr-a-b": "3", other: "4" }),
  );
  expect(text).toBe(
    String.raw`{"Path":"/a/ü\u2028","Header":"X-Cr-A-B=3\u0026X-Cr-A=1\u0026X-Cr-B=2","Body":"\u003c\u0026\u003e\u2029\n\u0001\"\\` +
      '\ufffd"}',
  );
});

test("any key of several is accepted, the first signs", async () => {
  const both = nodeSigner(["new".repeat(20), key]);
  const old = await signer.signUrl("/p", 0);
  expect(await both.verifyUrl("/p", old, 1)).toBe("valid");
  expect(await signer.verifyUrl("/p", await both.signUrl("/p", 0), 1)).toBe("wrong");
});

test.each([
  ["", "absent"],
  ["AAAA", "malformed"],
  ["AAAA:", "absent"],
  [":", "absent"],
  ["AAAA:1e9", "malformed"],
  ["AAAA:-1", "malformed"],
  ["AAAA:007", "malformed"],
  ["AAAA:9999999999999999", "malformed"],
  ["A:2000000000", "malformed"],
  ["AA+/:2000000000", "malformed"],
  ["AAAA:1", "expired"],
  ["AAAA:2000000000", "wrong"],
  [":2000000000", "wrong"],
] as const)("%j is %s, in both modes", async (signature, verdict) => {
  const now = 1_900_000_000;
  expect(await signer.verifyUrl("/p", signature, now)).toBe(verdict);
  expect(await signer.verifyHeader(plain("/p"), `Bearer Cr ${signature}`, now)).toBe(verdict);
});

test("no signature is absent, and so is one of another scheme", async () => {
  expect(await signer.verifyUrl("/p", null, 0)).toBe("absent");
  expect(await signer.verifyHeader(plain("/p"), undefined, 0)).toBe("absent");
  const { length } = "Bearer Cr ";
  const bare = (await signer.signHeader(plain("/p"), 0)).slice(length);
  expect(await signer.verifyHeader(plain("/p"), `Bearer ${bare}`, 0)).toBe("absent");
});

test("a signature of one mode is none of the other", async () => {
  const header = await signer.signHeader(plain(chunk), 0);
  expect(await signer.verifyUrl(chunk, header.replace("Bearer Cr ", ""), 0)).toBe("wrong");
  expect(await signer.verifyHeader(plain(chunk), `Bearer Cr ${await signer.signUrl(chunk, 0)}`, 0)).toBe("wrong");
});

test("what a caller hears tells nothing but what it sent", () => {
  expect(refusalOf("absent")).toEqual({ code: 403, msg: "expire timestamp is missing" });
  expect(refusalOf("expired")).toEqual({ code: 40005, msg: "the signature has expired" });
  expect(refusalOf("malformed")).toEqual(refusalOf("wrong"));
  expect(refusalOf("wrong").code).toBe(40071);
});

test("bodies are covered but those of chunks", () => {
  expect(coversBody("POST", chunk)).toBe(false);
  expect(coversBody("PATCH", chunk)).toBe(false);
  expect(coversBody("PUT", chunk)).toBe(true);
  expect(coversBody("PUT", "/api/v4/slave/upload")).toBe(true);
  expect(coversBody("POST", "/api/v4/slave/ping")).toBe(true);
});

test("paths are decoded once; what cannot be is none", () => {
  expect(decodePath("/a%20b/%252F")).toBe("/a b/%2F");
  expect(decodePath("")).toBe("/");
  expect(decodePath("/%ff")).toBeNull();
  expect(decodePath("/%2")).toBeNull();
});

const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "binary", maxLength: 20 }));
const covered = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/).map((name) => `x-cr-${name}`),
  fc.stringMatching(/^[ -~]{0,20}$/),
  { maxKeys: 4 },
);
const request = fc.record({ path: text.map((rest) => `/${rest}`), headers: covered, body: text });
const expiry = fc.integer({ min: 1_800_000_000, max: 4_000_000_000 });
const now = 1_750_000_000;

test("what was signed is valid, and is HMAC-SHA-256 of the text", async () => {
  await fc.assert(
    fc.asyncProperty(request, expiry, async (given, expires) => {
      const signed = await signer.signHeader(given, expires);
      expect(await signer.verifyHeader(given, signed, now)).toBe("valid");
      const mac = createHmac("sha256", key)
        .update(`${signableText(given)}:${expires}`)
        .digest("base64");
      expect(signed).toBe(`Bearer Cr ${mac.replaceAll("+", "-").replaceAll("/", "_")}:${expires}`);
      expect(expiryOf(signed)).toBe(expires);
    }),
  );
});

test("any change of path, covered header, body or expiry is refused", async () => {
  const change = fc.oneof(
    text.map((path) => ({ path: `/${path}` })),
    covered.map((headers) => ({ headers })),
    text.map((body) => ({ body })),
    expiry.map((expires) => ({ expires })),
  );
  await fc.assert(
    fc.asyncProperty(request, expiry, change, async (given, expires, changed) => {
      const { expires: other, ...asked } = { ...given, expires, ...changed };
      fc.pre(other !== expires || signableText(asked) !== signableText(given));
      const signed = (await signer.signHeader(given, expires)).replace(/\d+$/, String(other));
      expect(await signer.verifyHeader(asked, signed, now)).toBe("wrong");
    }),
    { numRuns: 500 },
  );
});

test("texts that say different things differ", () => {
  fc.assert(
    fc.property(request, request, (a, b) => {
      const facts = ({ path, headers, body }: SignableRequest): string =>
        JSON.stringify([
          Buffer.from(path).toString(),
          Buffer.from(body).toString(),
          Object.entries(headers).toSorted(([a], [b]) => a.localeCompare(b)),
        ]);
      fc.pre(facts(a) !== facts(b) && !JSON.stringify([a.headers, b.headers]).includes("&"));
      expect(signableText(a)).not.toBe(signableText(b));
    }),
  );
});

test("any other character in a signature is refused, and any other key", async () => {
  const sign = await signer.signUrl("/p", 1_800_000_000);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: sign.length - 1 }), fc.stringMatching(/^[ -~]$/), async (at, char) => {
      fc.pre(sign[at] !== char);
      const changed = sign.slice(0, at) + char + sign.slice(at + 1);
      expect(await signer.verifyUrl("/p", changed, now)).not.toBe("valid");
    }),
  );
  expect(await nodeSigner([`${key}s`]).verifyUrl("/p", sign, now)).toBe("wrong");
});
