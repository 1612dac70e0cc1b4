import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { encodeKey, encodeName, goog4, partUrls, sigV4 } from "../src/index.js";
import { signingKeys } from "../src/signature/signing-key.js";
import { aws4 } from "../src/signature/scheme.js";
import { account, at, key, seconds, urlVectors } from "./vectors.js";

const place = { region: "us-east-1" };

function signatureIn(url: string): string | null {
  return new URL(url).searchParams.get("X-Amz-Signature");
}

describe("signed URLs are those of the vendor's own SDK", () => {
  test.each(urlVectors)("$name", ({ method, origin, path, query, headers = {}, sessionToken, signature }) => {
    const signer = sigV4(sessionToken === undefined ? account : { ...account, sessionToken }, place);
    const request = { method, origin, path, query, headers };
    expect(signatureIn(signer.signUrls(request, at, seconds)())).toBe(signature);
    const { partNumber, ...common } = query;
    if (partNumber === undefined) return;
    // The same as one of a series.
    const url = signer.signUrls({ ...request, query: common, headers: {} }, at, seconds);
    url({ query: { partNumber: "9999" }, headers });
    expect(signatureIn(url({ query: { partNumber }, headers }))).toBe(signature);
  });

  test("a part at Huawei's OBS, which speaks the same", () => {
    const keys = { accessKeyId: "OBSEXAMPLEAK00000000", secretAccessKey: "OBSEXAMPLESK000000000000000000000000000" };
    const request = {
      method: "PUT",
      origin: "https://examplebucket.obs.cn-north-4.myhuaweicloud.com",
      path: `/${encodeKey(key)}`,
      query: { partNumber: "3", uploadId: "U1" },
      headers: {},
    };
    const url = sigV4(keys, { region: "cn-north-4" }).signUrls(request, at, seconds)();
    expect(signatureIn(url)).toBe("6ff7baf7cf18307f0f00d888f6d9e8526f9a191d2423b2efa74c1d2b78efee92");
  });

  test("a part at KS3", () => {
    const keys = { accessKeyId: "KS3EXAMPLEAK", secretAccessKey: "KS3EXAMPLESECRET" };
    const request = {
      method: "PUT",
      origin: "https://examplebucket.ks3-cn-beijing.ksyuncs.com",
      path: "/a.bin",
      query: { partNumber: "1", uploadId: "U1" },
      headers: {},
    };
    const url = sigV4(keys, { region: "BEIJING" }).signUrls(request, at, seconds)();
    expect(signatureIn(url)).toBe("c9dbc69804988d509298c7ae42a8c8716fb8a97092a8bad0ac92c1bc6863de2d");
  });

  test("Google's spelling puts its own names everywhere", () => {
    const request = {
      method: "PUT",
      origin: "https://storage.googleapis.com",
      path: "/b/a.bin",
      query: {},
      headers: {},
    };
    const signer = sigV4(account, { region: "auto", service: "storage", scheme: goog4 });
    const { searchParams } = new URL(signer.signUrls(request, at, seconds)());
    expect(searchParams.get("X-Goog-Algorithm")).toBe("GOOG4-HMAC-SHA256");
    expect(searchParams.get("X-Goog-Credential")).toBe(`${account.accessKeyId}/20260102/auto/storage/goog4_request`);
    expect(searchParams.get("X-Goog-Signature")).toMatch(/^[\da-f]{64}$/);
    expect([...searchParams.keys()].filter((name) => /amz/i.test(name))).toEqual([]);
  });
});

describe("signed headers", () => {
  const request = {
    method: "PUT",
    origin: "https://examplebucket.s3.us-east-1.amazonaws.com",
    path: "/a.bin",
    query: { partNumber: "1", uploadId: "U1" },
    headers: { "content-md5": "XUFAKrxLKna5cZ2REBfFkg==" },
  };

  test("carry date, payload hash, token and all that was given, and sign them with the host", () => {
    const headers = sigV4({ ...account, sessionToken: "TOKEN" }, place).signHeaders(request, at);
    expect(headers).toMatchObject({
      "content-md5": "XUFAKrxLKna5cZ2REBfFkg==",
      "x-amz-date": "20260102T030405Z",
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      "x-amz-security-token": "TOKEN",
    });
    expect(headers["authorization"]).toContain(
      "SignedHeaders=content-md5;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, ",
    );
  });

  test("other headers, other methods, other instants are other signatures", () => {
    const signer = sigV4(account, place);
    const signatures = [
      signer.signHeaders(request, at),
      signer.signHeaders({ ...request, method: "GET" }, at),
      signer.signHeaders({ ...request, headers: {} }, at),
      signer.signHeaders({ ...request, query: { partNumber: "2", uploadId: "U1" } }, at),
      signer.signHeaders(request, at + 1000),
    ].map(({ authorization }) => authorization);
    expect(new Set(signatures).size).toBe(signatures.length);
  });
});

test("the key of a day is derived once, and anew for another day", () => {
  const keyOf = signingKeys(aws4, account.secretAccessKey, "us-east-1", "s3");
  const first = keyOf("20260102");
  expect(keyOf("20260102")).toBe(first);
  expect(keyOf("20260103").equals(first)).toBe(false);
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-examples.html
  expect(
    signingKeys(aws4, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "iam")("20120215").toString("hex"),
  ).toBe("f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
});

test("10,000 part URLs are distinct, bound to their lengths, and made in under 150 ms", () => {
  const signer = sigV4(account, place);
  const parts = Array.from({ length: 10_000 }, (_, index) => ({
    number: index + 1,
    size: index === 9999 ? 17 : 8 << 20,
  }));
  const address = { origin: "https://examplebucket.s3.us-east-1.amazonaws.com", path: "/dir/a%20b.bin" };
  const series = { address, uploadId: "U".repeat(128), parts, at, seconds };
  const runs: number[] = [];
  let urls: readonly string[] = [];
  // The quickest of a few: a machine that is busy with other things says nothing of this.
  for (let run = 0; run < 8 && Math.min(...runs, Infinity) >= 150; run++) {
    const start = performance.now();
    urls = partUrls(signer, series);
    runs.push(performance.now() - start);
  }
  expect(Math.min(...runs)).toBeLessThan(150);
  expect(new Set(urls.map(signatureIn)).size).toBe(10_000);
  const last = urls.at(-1) ?? "";
  expect(new URL(last).searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;host");
  const alone = partUrls(signer, { ...series, parts: [{ number: 10_000, size: 17 }] });
  expect(alone).toEqual([last]);
});

describe("percent-encoding", () => {
  test("leaves nothing but unreserved characters, and is undone by decodeURIComponent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(encodeName(text)).toMatch(/^(?:[\w.~-]|%[\dA-F]{2})*$/);
        expect(decodeURIComponent(encodeName(text))).toBe(text);
      }),
    );
  });

  test("keeps the slashes of a key, and nothing else", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (segments) => {
        const plain = segments.map((segment) => segment.replaceAll("/", ""));
        expect(encodeKey(plain.join("/"))).toBe(plain.map(encodeName).join("/"));
      }),
    );
  });
});
