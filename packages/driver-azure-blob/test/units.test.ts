import { describe, expect, test } from "@jest/globals";
import { type ErrorCode, planChunks, type RetryAdvice } from "@stowage/core";
import fc from "fast-check";
import { readAccount } from "../src/access/account.js";
import { blobSas } from "../src/access/blob-sas.js";
import { type BlockId, clientWriting, parseBlockId, printBlockId, shortHash } from "../src/block/block-id.js";
import { blockSizes, mostHeld, mostUnplanned, mostUnsized } from "../src/block/block-size.js";
import { parseToken, printToken } from "../src/block/receipt-token.js";
import { receiptsIn } from "../src/block/receipts-in.js";
import { blockIds, orderedWritings } from "../src/complete/ordered-writings.js";
import { lifeOf, mostLifeMs } from "../src/direct/life-of.js";
import { type Failure, noAnswer, toUploadError } from "../src/errors.js";
import { parseHandle, toJson } from "../src/handle.js";
import { azureBlob, type AzureBlobOptions, azureBlobOptionsSchema } from "../src/index.js";
import { directName, isKey } from "../src/keys.js";
import { mostBlockBytes, mostBlocks } from "../src/limits.js";
import { copySize } from "../src/write/copy-blocks.js";

const mib = 1024 * 1024;

describe("a signature for one blob", () => {
  // Made with the official SDK.
  const wish = {
    account: "exampleacct",
    accountKey: "YXp1cmUtZXhhbXBsZS1hY2NvdW50LWtleS0wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw",
    container: "c1",
    blob: "dir/a b+ü.bin",
    permissions: "cw",
    startsAt: Date.parse("2026-01-02T03:04:05Z"),
    expiresAt: Date.parse("2026-01-02T04:04:05Z"),
    protocol: "https",
  } as const;

  test.each([
    ["2026-04-06", "tHiBAQu0pwENn/xK1Ml7fYnSh7nd5ZK/898xjMjZtZM="],
    ["2025-01-05", "h0C7jWAU+hw48SqtsY8I4+iBXeuvcVsB2g3GSIY4E4M="],
  ])("of version %s", (version, sig) => {
    const query = new URLSearchParams(blobSas({ ...wish, version }));
    expect(Object.fromEntries(query)).toEqual({
      sv: version,
      spr: "https",
      st: "2026-01-02T03:04:05Z",
      se: "2026-01-02T04:04:05Z",
      sr: "b",
      sp: "cw",
      sig,
    });
  });
});

describe("names", () => {
  test.each(["a", "a/b", "a b+c&d=e%20f.bin", "файл 名 é 🎈.bin", "'quote\".bin", "..a/b"])("%s is one", (key) => {
    expect(isKey(key)).toBe(true);
  });

  test.each(["", "/a", "a/", "a//b", ".", "..", "a/../b", "a./b", "a.", "a\\b", "a\nb", "\uD800", "x".repeat(1025)])(
    "%j is none",
    (key) => {
      expect(isKey(key)).toBe(false);
    },
  );

  test("of what clients send to are names, too, and no two uploads share one", () => {
    const names = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(names, names, (key, other) => {
        expect(isKey(directName("p/", key))).toBe(true);
        expect(directName("p/", key) === directName("p/", other)).toBe(key === other);
      }),
    );
  });
});

const word = fc.uint8Array({ minLength: 9, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString("base64url"));
const blockId: fc.Arbitrary<BlockId> = fc.record({
  upload: word,
  writing: word,
  offset: fc.nat({ max: 2 ** 48 - 1 }),
  place: fc.nat({ max: mostBlocks }),
  isLast: fc.boolean(),
});

describe("ids and tokens", () => {
  test("are read as they were printed, and ids have one length", () => {
    fc.assert(
      fc.property(blockId, (id) => {
        expect(parseBlockId(printBlockId(id))).toEqual(id);
        expect(printBlockId(id)).toHaveLength(36);
      }),
    );
    const sizes = fc.array(fc.oneof(fc.constant(8 * mib), fc.integer({ min: 1, max: mostBlockBytes })));
    fc.assert(
      fc.property(word, sizes, (writing, each) => {
        expect(parseToken(printToken({ writing, sizes: each }))).toEqual({ writing, sizes: each });
      }),
    );
  });

  test("a token is short where blocks are alike", () => {
    const sizes = Array.from({ length: 500 }, () => 8 * mib);
    expect(printToken({ writing: clientWriting, sizes: [...sizes, 3] })).toBe("AAAAAAAAAAAA:8388608*500,3");
  });

  test.each(["", "x", "AAAAAAAAAAAA", "AAAAAAAAAAAA:x", "AAAAAAAAAAAA:1,", "AAAAAAAAAAAA:1*99999", "short:1"])(
    "%j is no token",
    (token) => {
      expect(() => parseToken(token)).toThrow("a receipt is none of this driver");
    },
  );

  test("of others are none of ours", () => {
    fc.assert(fc.property(fc.string(), (id) => expect([null, id]).toContain(reprint(id))));
    expect(parseBlockId(Buffer.from("000001").toString("base64"))).toBeNull();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => parseHandle(value as never)).toThrow("the handle is none of this driver");
      }),
    );
    expect(parseHandle(toJson({ version: 1, mark: "m" }))).toEqual({ version: 1, mark: "m" });
  });

  function reprint(id: string): string | null {
    const parsed = parseBlockId(id);
    return parsed === null ? null : printBlockId(parsed);
  }
});

describe("a list of blocks", () => {
  const upload = shortHash("mark");
  const range = { start: 100, end: 1000 };
  const writing = { writing: shortHash("attempt"), sizes: [500, 300, 100], range };
  const listed = blockIds(upload, writing).map((id, at) => ({ id, size: writing.sizes[at] ?? 0 }));

  test("in any order is the receipts that it was made of", () => {
    const direct = { writing: clientWriting, sizes: [7], range: { start: 1000, end: 1007 } };
    const [id = ""] = blockIds(upload, direct);
    const all = [{ id, size: 7 }, ...listed];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (some) => {
        expect(receiptsIn(some, upload)).toEqual([
          { offset: 100, size: 900, token: printToken(writing) },
          { offset: 1000, size: 7, token: printToken(direct) },
        ]);
      }),
    );
  });

  test("without one of its blocks, or of another upload, is no receipt", () => {
    for (const missing of listed.keys()) expect(receiptsIn(listed.toSpliced(missing, 1), upload)).toEqual([]);
    expect(receiptsIn(listed, shortHash("another"))).toEqual([]);
  });
});

describe("blocks", () => {
  test("of a planned upload are few enough, and none is too large", () => {
    const limits = { minSize: 1, maxSize: mostBlockBytes, maxCount: mostBlocks };
    const sizes = fc.double({ min: 0, max: 1, noNaN: true }).map((part) => Math.floor(2 ** (part * 47.5)));
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 5000 * mib }), fc.nat({ max: 64 * mib }), (size, wish, budget) => {
        fc.pre(size <= mostBlocks * mostBlockBytes);
        const plan = planChunks(size, wish, limits);
        const { least, wanted } = blockSizes({ size, plan }, 0, budget, null);
        expect(least).toBeLessThanOrEqual(mostBlockBytes);
        expect(wanted).toBeGreaterThanOrEqual(least);
        expect(Math.ceil(plan.chunkSize / least) * plan.count).toBeLessThanOrEqual(mostBlocks);
      }),
    );
  });

  test("of an upload of unknown length grow as it goes on, and leave room for ends", () => {
    let [offset, count] = [0, 0];
    for (; offset < mostUnsized; count++) {
      const { least } = blockSizes({ size: null, plan: null }, offset, 0, null);
      expect(least).toBeLessThanOrEqual(mostHeld);
      offset += least;
    }
    expect(count).toBeLessThanOrEqual(0.75 * mostBlocks);
    const { least } = blockSizes({ size: mostUnplanned, plan: null }, 0, 0, null);
    expect(mostUnplanned / least).toBeLessThanOrEqual(mostBlocks / 2);
  });
});

test("copies within the service are few enough, too", () => {
  const plan = { size: mostBlocks * mostBlockBytes, chunkSize: mostBlockBytes, count: mostBlocks };
  const copies = (chunk: number, target: Parameters<typeof copySize>[0]["target"]): number =>
    Math.ceil(chunk / copySize({ target, offset: 0 }));
  expect(copies(plan.chunkSize, { size: plan.size, plan }) * plan.count).toBeLessThanOrEqual(mostBlocks);
  expect(copies(plan.size, { size: plan.size, plan: null })).toBeLessThanOrEqual(mostBlocks);
  expect(copySize({ target: { size: 1024 ** 4, plan: null }, offset: 0 })).toBe(256 * mib);
});

describe("receipts", () => {
  const receipt = (offset: number, size: number): { offset: number; size: number; token: string } => ({
    offset,
    size,
    token: `${clientWriting}:${size}`,
  });

  test("in any order are stretches by offset; gaps and overlaps are told", () => {
    const { writings, total } = orderedWritings([receipt(10, 5), receipt(0, 10), receipt(15, 0)], { size: 15 });
    expect([writings.map(({ range }) => range.start), total]).toEqual([[0, 10], 15]);
    const missing = [
      { start: 0, end: 5 },
      { start: 10, end: 20 },
    ];
    expect(thrownBy(() => orderedWritings([receipt(5, 5)], { size: 20 }))).toMatchObject({
      code: "UPLOAD_INCOMPLETE",
      details: { missing },
    });
    expect(() => orderedWritings([receipt(0, 5), receipt(4, 5)], { size: 9 })).toThrow("two receipts for the bytes");
  });
});

describe("what the service says becomes ours", () => {
  const failure = (status: number, code: string | null, more: Partial<Failure> = {}): Failure => ({
    status,
    code,
    requestId: "R1",
    retryAfterMs: null,
    ...more,
  });

  test.each<readonly [number, string | null, ErrorCode, RetryAdvice]>([
    [503, "ServerBusy", "BACKEND_THROTTLED", "same"],
    [429, null, "BACKEND_THROTTLED", "same"],
    [503, null, "BACKEND_THROTTLED", "same"],
    [500, "InternalError", "BACKEND_UNAVAILABLE", "same"],
    [500, "OperationTimedOut", "BACKEND_UNAVAILABLE", "same"],
    [404, "ContainerNotFound", "BACKEND_UNAVAILABLE", "same"],
    [409, "AccountBeingCreated", "BACKEND_UNAVAILABLE", "same"],
    [502, null, "BACKEND_UNAVAILABLE", "same"],
    [404, null, "BACKEND_UNAVAILABLE", "same"],
    [403, "AuthenticationFailed", "BACKEND_DENIED", "same"],
    [403, "AuthorizationFailure", "BACKEND_DENIED", "same"],
    [403, "AuthorizationPermissionMismatch", "BACKEND_DENIED", "same"],
    [401, "InvalidAuthenticationInfo", "BACKEND_DENIED", "same"],
    [403, null, "BACKEND_DENIED", "same"],
    [400, "Md5Mismatch", "CHECKSUM_MISMATCH", "same"],
    [400, "Crc64Mismatch", "CHECKSUM_MISMATCH", "same"],
    [507, "InsufficientStorage", "BACKEND_FULL", "same"],
    [413, "RequestBodyTooLarge", "BACKEND_REJECTED", "never"],
    [409, "BlockCountExceedsLimit", "BACKEND_REJECTED", "never"],
    [501, "NotImplemented", "BACKEND_REJECTED", "never"],
  ])("%d %s", (status, code, ours, retry) => {
    const error = toUploadError(failure(status, code), { operation: "PutBlock" });
    expect([error.code, error.retry]).toEqual([ours, retry]);
    expect(error.message).toContain("request R1");
  });

  test("with how long to wait; and no answer at all says what may be done", () => {
    const throttled = toUploadError(failure(503, "ServerBusy", { retryAfterMs: 5000 }), { operation: "X" });
    expect(throttled.details).toMatchObject({ retryAfterMs: 5000 });
    expect(noAnswer({ code: "ECONNREFUSED" }, "X")).toMatchObject({ code: "BACKEND_UNAVAILABLE", retry: "same" });
    expect(noAnswer({ code: "ECONNRESET" }, "X")).toMatchObject({ retry: "after-probe" });
    expect(noAnswer({ name: "CredentialUnavailableError" }, "X")).toMatchObject({ code: "BACKEND_DENIED" });
    expect(noAnswer(throttled, "Y")).toBe(throttled);
  });
});

describe("who we are", () => {
  const accountOf = (options: Partial<AzureBlobOptions>): ReturnType<typeof readAccount> =>
    readAccount(azureBlobOptionsSchema.parse({ container: "abc", ...options }));

  test.each<readonly [string, Partial<AzureBlobOptions>, ReturnType<typeof readAccount>]>([
    [
      "account and key",
      { account: "acct", accountKey: "a2V5" },
      { name: "acct", endpoint: "https://acct.blob.core.windows.net", proof: { kind: "key", key: "a2V5" } },
    ],
    [
      "SAS and endpoint",
      { endpoint: "https://acct.blob.example/", sas: "?sv=1&sig=x" },
      { name: "acct", endpoint: "https://acct.blob.example", proof: { kind: "sas", sas: "sv=1&sig=x" } },
    ],
    [
      "a connection string",
      { connectionString: "DefaultEndpointsProtocol=http;AccountName=acct;AccountKey=a2V5==;EndpointSuffix=x.y" },
      { name: "acct", endpoint: "http://acct.blob.x.y", proof: { kind: "key", key: "a2V5==" } },
    ],
    [
      "a connection string with a SAS",
      { connectionString: "BlobEndpoint=http://127.0.0.1:1/acct/;SharedAccessSignature=sv=1&sig=x" },
      { name: "acct", endpoint: "http://127.0.0.1:1/acct", proof: { kind: "sas", sas: "sv=1&sig=x" } },
    ],
  ])("from %s", (_, options, account) => {
    expect(accountOf(options)).toEqual(account);
  });

  test.each<readonly [Partial<AzureBlobOptions>, string]>([
    [{}, "connectionString: one of connectionString, accountKey, sas, credential is needed"],
    [{ account: "acct", accountKey: "a2V5", sas: "sv=1" }, "sas: one of"],
    [{ accountKey: "a2V5", endpoint: "http://h" }, "account: is needed with accountKey"],
    [{ sas: "sv=1" }, "account: account or endpoint is needed"],
    [{ connectionString: "AccountKey=a2V5", account: "acct" }, "connectionString: names account"],
    [{ connectionString: "AccountKey=a2V5" }, "neither AccountName nor BlobEndpoint"],
    [{ connectionString: "AccountName=acct" }, "neither AccountKey nor SharedAccessSignature"],
    [{ connectionString: "AccountKey=a2V5;BlobEndpoint=https://files.example" }, "AccountKey without AccountName"],
    [{ connectionString: "AccountKey=a2V5;AccountName=a;BlobEndpoint=https://h?sv=1" }, "its BlobEndpoint is no URL"],
    [{ endpoint: "https://acct.blob.example/?sv=1&sig=secret", sas: "sv=1" }, "endpoint: has more than"],
    [{ account: "acct", accountKey: "a2V5", directEndpoint: "https://a:b@h" }, "directEndpoint: has more than"],
    [{ account: "acct", accountKey: "a2V5", container: "A" }, "container: is no container's name"],
    [{ account: "acct", credential: {} as never }, "credential: has no getToken"],
  ])("is not told by %j", (options, issue) => {
    expect(thrownBy(() => azureBlob({ container: "abc", ...options }))).toMatchObject({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining(issue) as unknown,
    });
  });
});

test("signed URLs live whole seconds, a little less than seven days at most", () => {
  const now = 1_000_500;
  expect(lifeOf(now, now + 2_999)).toBe(1_003_000);
  expect(lifeOf(now, now + 9 * mostLifeMs)).toBe(1_000_000 + mostLifeMs);
  expect(lifeOf(now, now - 5)).toBe(1_002_000);
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("it threw nothing");
}
