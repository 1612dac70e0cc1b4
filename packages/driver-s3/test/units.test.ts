import { describe, expect, test } from "@jest/globals";
import { chunkAt, type ErrorCode, planChunks, type RetryAdvice } from "@stowage/core";
import type { Failure } from "@stowage/s3-wire";
import fc from "fast-check";
import { asideKey, parseAsideKey } from "../src/aside/aside-key.js";
import { orderedParts } from "../src/complete/ordered-parts.js";
import { failureOf as sdkFailureOf } from "../src/control/failure-of.js";
import { lifeOf, mostLifeMs } from "../src/direct/life-of.js";
import { noAnswer, toUploadError } from "../src/errors.js";
import { parseHandle, toJson } from "../src/handle.js";
import { isKey, storeKey } from "../src/keys.js";
import { parseToken, printToken } from "../src/receipt-token.js";
import { partNumber } from "../src/write/part-number.js";

const limits = { minSize: 5, maxSize: 100, maxCount: 10_000 };

describe("keys", () => {
  test.each(["a", "a/b", "a b+c&d=e%20f.bin", "файл 名 é 🎈.bin", "'quote\".bin", "...", "..a/b."])(
    "%s is one",
    (key) => {
      expect(isKey(key)).toBe(true);
    },
  );

  test.each([
    "",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "a/../b",
    "a/./b",
    "a\nb",
    "a\u0000",
    "\uD800",
    "x".repeat(1025),
    "é".repeat(513),
  ])("%j is none", (key) => {
    expect(isKey(key)).toBe(false);
    expect(() => storeKey("", key)).toThrow("a key that stores and URLs would not agree on");
  });

  test("are the same after a journey through a URL", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }).filter(isKey), (key) => {
        const path = key.split("/").map(encodeURIComponent).join("/");
        expect(decodeURIComponent(new URL(`http://h/b/${path}`).pathname)).toBe(`/b/${key}`);
      }),
    );
  });

  test("of chunks kept aside are read back, and never taken for another upload's", () => {
    const names = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(
        names,
        names,
        fc.integer({ min: 1 }),
        fc.integer({ min: 1, max: 10_000 }),
        (key, other, generation, number) => {
          const full = asideKey("p/", key, { generation, number });
          expect(isKey(full)).toBe(true);
          expect(parseAsideKey("p/", key, full)).toEqual({ generation, number });
          if (other !== key) expect(parseAsideKey("p/", other, full)).toBeNull();
        },
      ),
    );
  });
});

describe("tokens and handles", () => {
  test("are read as they were printed", () => {
    const token = fc.record({
      number: fc.integer({ min: 0, max: 10_000 }),
      etag: fc.string({ unit: "grapheme" }),
      generation: fc.integer({ min: 0, max: 999_999_999 }),
    });
    fc.assert(fc.property(token, (each) => expect(parseToken(printToken(each))).toEqual(each)));
    const handle = fc.record({
      version: fc.constant(1 as const),
      uploadId: fc.option(fc.string({ minLength: 1 })),
      mark: fc.string({ minLength: 1 }),
      crc32: fc.boolean(),
      generation: fc.nat(),
    });
    fc.assert(fc.property(handle, (each) => expect(parseHandle(toJson(each))).toEqual(each)));
  });

  test("that are none of ours are told as a lost upload, whatever they are", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => parseHandle(value as never)).toThrow("the handle is none of this driver");
      }),
    );
    for (const token of ["", "etag", "3", "@1:e", "x:e", "123456:e"])
      expect(() => parseToken(token)).toThrow("a receipt is none of this driver");
  });
});

describe("part numbers", () => {
  test("count the chunks of a plan", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 200 }), (size, wish) => {
        const plan = planChunks(size, wish, limits);
        for (let index = 0; index < plan.count; index++) {
          const { start: offset } = chunkAt(plan, index);
          expect(partNumber({ plan }, { offset, index }, limits)).toBe(index + 1);
          expect(partNumber({ plan }, { offset, index: null }, limits)).toBe(index + 1);
        }
      }),
    );
  });

  test("differ and rise with the offset where nobody counts", () => {
    const sizes = fc.array(fc.integer({ min: limits.minSize, max: limits.maxSize }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(sizes, (parts) => {
        let [offset, before] = [0, 0];
        for (const size of parts) {
          const number = partNumber({ plan: null }, { offset, index: null }, limits);
          expect(number).toBeGreaterThan(before);
          [offset, before] = [offset + size, number];
        }
      }),
    );
  });

  test("are refused beyond the store's last, and off the plan", () => {
    expect(() => partNumber({ plan: null }, { offset: 0, index: 10_000 }, limits)).toThrow(
      "part 10001 of at most 10000",
    );
    const plan = planChunks(30, 10, limits);
    expect(() => partNumber({ plan }, { offset: 11, index: null }, limits)).toThrow("no chunk begins at 11");
    expect(() => partNumber({ plan }, { offset: 11, index: 1 }, limits)).toThrow("no chunk begins at 11");
  });
});

describe("receipts", () => {
  const receipt = (offset: number, size: number): { offset: number; size: number; token: string } => ({
    offset,
    size,
    token: `${offset + 1}:e`,
  });

  test("in any order are parts by offset", () => {
    const { parts, total } = orderedParts([receipt(10, 5), receipt(0, 10), { offset: 15, size: 0, token: "0:" }], {
      size: 15,
    });
    expect([parts.map(({ number }) => number), total]).toEqual([[1, 11], 15]);
  });

  test("with gaps name each of them", () => {
    const missing = [
      { start: 0, end: 5 },
      { start: 10, end: 12 },
      { start: 13, end: 20 },
    ];
    const thrown = ((): unknown => {
      try {
        return orderedParts([receipt(5, 5), receipt(12, 1)], { size: 20 });
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({ code: "UPLOAD_INCOMPLETE", details: { missing } });
  });
});

describe("what the store says becomes ours", () => {
  const failure = (status: number, code: string | null, more: Partial<Failure> = {}): Failure => ({
    status,
    code,
    message: "SECRET key/of/somebody",
    requestId: "R1",
    retryAfterMs: null,
    ...more,
  });

  test.each<readonly [number, string | null, ErrorCode, RetryAdvice]>([
    [404, "NoSuchUpload", "BACKEND_LOST_UPLOAD", "never"],
    [404, "NoSuchBucket", "BACKEND_UNAVAILABLE", "same"],
    [503, "SlowDown", "BACKEND_THROTTLED", "same"],
    [503, null, "BACKEND_THROTTLED", "same"],
    [429, null, "BACKEND_THROTTLED", "same"],
    [500, "InternalError", "BACKEND_UNAVAILABLE", "same"],
    [502, null, "BACKEND_UNAVAILABLE", "same"],
    [200, "InternalError", "BACKEND_UNAVAILABLE", "same"],
    [400, "RequestTimeout", "BACKEND_UNAVAILABLE", "same"],
    [409, "OperationAborted", "BACKEND_UNAVAILABLE", "same"],
    [403, "AccessDenied", "BACKEND_DENIED", "same"],
    [403, "SignatureDoesNotMatch", "BACKEND_DENIED", "same"],
    [403, "RequestTimeTooSkewed", "BACKEND_DENIED", "same"],
    [400, "ExpiredToken", "BACKEND_DENIED", "same"],
    [403, null, "BACKEND_DENIED", "same"],
    [400, "BadDigest", "CHECKSUM_MISMATCH", "same"],
    [403, "QuotaExceeded", "BACKEND_FULL", "same"],
    [507, "XMinioStorageFull", "BACKEND_FULL", "same"],
    [400, "EntityTooSmall", "BACKEND_REJECTED", "never"],
    [400, "InvalidPartOrder", "BACKEND_REJECTED", "never"],
    [501, "NotImplemented", "BACKEND_REJECTED", "never"],
    [411, "MissingContentLength", "BACKEND_REJECTED", "never"],
  ])("%d %s", (status, code, ours, retry) => {
    const error = toUploadError(failure(status, code), { operation: "UploadPart" });
    expect([error.code, error.retry]).toEqual([ours, retry]);
    expect(error.message).toContain("request R1");
    expect(JSON.stringify([error.message, error.details])).not.toContain("SECRET");
  });

  test("with how long to wait, and with less sure advice where the call was made once", () => {
    const throttled = toUploadError(failure(503, "SlowDown", { retryAfterMs: 5000 }), { operation: "X" });
    expect(throttled.details).toMatchObject({ retryAfterMs: 5000 });
    const once = toUploadError(failure(500, "InternalError"), { operation: "CreateMultipartUpload", isOnce: true });
    expect(once.retry).toBe("after-probe");
  });

  test("and no answer at all says what may be done", () => {
    expect(noAnswer({ code: "ECONNREFUSED" }, "X")).toMatchObject({ code: "BACKEND_UNAVAILABLE", retry: "same" });
    expect(noAnswer({ code: "ECONNRESET" }, "X")).toMatchObject({ code: "BACKEND_UNAVAILABLE", retry: "after-probe" });
    expect(noAnswer({ name: "CredentialsProviderError" }, "X")).toMatchObject({
      code: "BACKEND_DENIED",
      retry: "same",
    });
    const ours = toUploadError(failure(403, null), { operation: "X" });
    expect(noAnswer(ours, "Y")).toBe(ours);
  });

  test("through the SDK's exceptions, by their shape", () => {
    const $metadata = { httpStatusCode: 503, requestId: "R2" };
    const $response = { statusCode: 503, headers: { "retry-after": "9" } };
    expect(sdkFailureOf({ name: "SlowDown", message: "m", $metadata, $response })).toEqual({
      status: 503,
      code: "SlowDown",
      message: "m",
      requestId: "R2",
      retryAfterMs: 9000,
    });
    expect(sdkFailureOf({ name: "NotFound", $metadata: { httpStatusCode: 404 } })).toMatchObject({
      status: 404,
      code: null,
    });
    expect(sdkFailureOf(new Error("socket hang up"))).toBeNull();
    expect(sdkFailureOf(null)).toBeNull();
  });
});

test("signed URLs live whole seconds, seven days at most, and never longer than the keys", () => {
  const signer = { signHeaders: () => ({}), signUrls: () => () => "" };
  const now = 1_000_000;
  expect(lifeOf({ signer, until: null }, now, now + 1_999)).toEqual({ seconds: 1, expiresAt: now + 1000 });
  expect(lifeOf({ signer, until: null }, now, now + 9 * mostLifeMs).seconds).toBe(604_800);
  expect(lifeOf({ signer, until: now + 60_000 }, now, now + mostLifeMs).seconds).toBe(60);
  expect(lifeOf({ signer, until: null }, now, now - 5).seconds).toBe(1);
});
