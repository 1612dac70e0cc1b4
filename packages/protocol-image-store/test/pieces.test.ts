import { expect, test } from "@jest/globals";
import { fromBytes, UploadError } from "@stowage/core";
import type { ErrorCode, ErrorDetails } from "@stowage/core";
import { checkPath } from "@stowage/core/catalog";
import { printContentRange } from "@stowage/core/http";
import fc from "fast-check";
import { cuttableBody } from "../src/cuttable-body.js";
import { matchRoute } from "../src/match-route.js";
import { routes } from "../src/routes.js";
import { chunkRange } from "../src/sessions/chunk-range.js";
import { knownSessions } from "../src/sessions/known-sessions.js";
import { ownedId } from "../src/sessions/owned-id.js";
import { contentPath, storeRelativePath } from "../src/wire/content-path.js";
import { fabricErrorOf } from "../src/wire/errors.js";
import { guid, silent } from "./site.js";

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => isName(text) && !text.includes("\\"));

function isName(text: string): boolean {
  try {
    checkPath(`/${text}`);
    return !text.includes("/");
  } catch {
    return false;
  }
}

test("a path reads back from any spelling of its URL", () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), fc.constantFrom("/", "\\"), (names, separator) => {
      const path = `/${names.join("/")}`;
      expect(contentPath(encodeURIComponent(names.join(separator)))).toBe(path);
      expect(contentPath(names.map(encodeURIComponent).join("/"))).toBe(path);
      expect(contentPath(encodeURIComponent(storeRelativePath(path)))).toBe(path);
    }),
  );
});

test("whatever a path decodes to, it is one of the catalog's or refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (text) => {
      const url = new URL(`http://files.test/${text.replaceAll(/[?#]/g, "")}`);
      try {
        checkPath(contentPath(url.pathname.slice(1) || null));
      } catch (error) {
        expect(["NAME_REFUSED", "OPTIONS_INVALID"]).toContain((error as UploadError).code);
      }
    }),
    { numRuns: 2000 },
  );
});

test("a chunk's range is what its client printed", () => {
  const sizes = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 });
  fc.assert(
    fc.property(
      sizes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (size, a, b) => {
        const start = Math.min(size - 1, Math.floor(Math.min(a, b) * size));
        const end = Math.max(start + 1, Math.floor(Math.max(a, b) * size));
        const range = { start, end };
        expect(chunkRange(printContentRange({ kind: "range", range, size }))).toEqual({ range, size });
      },
    ),
  );
  expect(chunkRange("bytes 0-0/0")).toEqual({ range: { start: 0, end: 0 }, size: 0 });
  expect(chunkRange(undefined)).toBeNull();
});

test("literal slashes around a dollar set the operation off, encoded ones do not", () => {
  const of = (method: string, path: string) => {
    const match = matchRoute(routes, method, path);
    return match.kind === "route" ? [match.route.id, match.content] : match;
  };
  expect(of("PUT", "/a%2Fb/$/UploadChunk")).toEqual(["UploadFileChunk", "a%2Fb"]);
  expect(of("PUT", "/a%2F%24%2FUploadChunk")).toEqual(["UploadFile", "a%2F%24%2FUploadChunk"]);
  expect(of("GET", "/$/GetUploadSession")).toEqual(["GetImageStoreUploadSessionById", null]);
  expect(of("GET", "")).toEqual(["GetImageStoreRootContent", null]);
  expect(of("DELETE", "/")).toEqual({ kind: "refused", allowed: ["GET"] });
  expect(of("GET", "/a/$/Unknown")).toEqual({ kind: "refused", allowed: [] });
});

test("ids are one owner's", async () => {
  const owners = [null, "", "alice", "bob", "operator", "owner alice"];
  const ids = await Promise.all(owners.map((owner) => ownedId(owner, guid(1))));
  expect(new Set(ids).size).toBe(owners.length);
  for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/);
});

test("a session is known as long as its id means it", () => {
  let now = 0;
  const known = knownSessions({ now: () => now, sleep: async () => {} });
  const session = { id: "x", path: "/a", size: 1, expiresAt: 10 };
  known.remember("alice", guid(1), session);
  expect([known.find("alice", guid(1)), known.find(null, guid(1)), known.find("bob", guid(1))]).toEqual([
    session,
    null,
    null,
  ]);
  now = 10;
  expect(known.find("alice", guid(1))).toBeNull();
});

test("a cut ends a body at once, and says whether somebody was reading", async () => {
  const late = new UploadError("INTERRUPTED", "late", { reason: "timeout" });
  const read = async (body: ReturnType<typeof cuttableBody>, got: Uint8Array[]): Promise<void> => {
    for await (const piece of body.stream()) got.push(piece);
  };
  const waiting = cuttableBody(silent(Buffer.from("ab"), 9));
  const got: Uint8Array[] = [];
  const reading = read(waiting, got);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(waiting.cut(late)).toBe(true);
  await expect(reading).rejects.toBe(late);
  expect(got).toHaveLength(1);
  const fresh = cuttableBody(fromBytes(Buffer.from("ab")));
  expect(fresh.cut(late)).toBe(false);
  await expect(read(fresh, [])).rejects.toBe(late);
  const over = cuttableBody(fromBytes(Buffer.from("ab")));
  await read(over, []);
  expect(over.cut(late)).toBe(false);
});

const range = { start: 0, end: 5 };
const samples: { readonly [Code in ErrorCode]: readonly [ErrorDetails[Code], number, string] } = {
  SESSION_NOT_FOUND: [{ id: "secret" }, 404, "FABRIC_E_INVALID_UPLOAD_SESSION_ID"],
  SESSION_EXISTS: [{ id: "secret" }, 409, "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT"],
  SESSION_EXPIRED: [{ id: "secret", expiredAt: 1 }, 400, "FABRIC_E_INVALID_UPLOAD_SESSION_ID"],
  SESSION_CLOSED: [{ id: "secret", state: "aborted" }, 400, "FABRIC_E_INVALID_UPLOAD_SESSION_ID"],
  REVISION_CONFLICT: [{ id: "secret", expected: 1 }, 503, "FABRIC_E_SERVICE_TOO_BUSY"],
  SUPERSEDED: [{ id: "secret" }, 409, "E_ABORT"],
  SESSION_BUSY: [{ id: "secret", retryAfterMs: 1500 }, 503, "FABRIC_E_SERVICE_TOO_BUSY"],
  CHUNK_INDEX_INVALID: [{ index: 1, count: 1 }, 400, "E_INVALIDARG"],
  CHUNK_SIZE_MISMATCH: [{ offset: 0, expected: 5, actual: 0 }, 400, "E_INVALIDARG"],
  OFFSET_MISMATCH: [{ expected: 5, actual: 0 }, 400, "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE"],
  RANGE_OVERLAP: [{ range }, 400, "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE"],
  SIZE_CONFLICT: [{ declared: 5, actual: 6 }, 400, "E_INVALIDARG"],
  CHECKSUM_MISMATCH: [{ offset: 0, algorithm: "crc32" }, 400, "E_INVALIDARG"],
  LENGTH_REQUIRED: [{ offset: 0 }, 411, "E_INVALIDARG"],
  BODY_TRUNCATED: [{ expected: 5, actual: 4 }, 400, "E_INVALIDARG"],
  UPLOAD_INCOMPLETE: [{ missing: [range] }, 400, "E_INVALIDARG"],
  POLICY_NOT_FOUND: [{ policyId: "secret" }, 403, "E_ACCESSDENIED"],
  OBJECT_EXISTS: [{ path: "/a" }, 409, "FABRIC_E_NAME_ALREADY_EXISTS"],
  PATH_BUSY: [{ path: "/a", sessionId: "secret" }, 409, "FABRIC_E_NAME_ALREADY_EXISTS"],
  VERSION_CONFLICT: [{ path: "/a" }, 409, "FABRIC_E_NAME_ALREADY_EXISTS"],
  OBJECT_NOT_FOUND: [{ key: "secret" }, 404, "FABRIC_E_FILE_NOT_FOUND"],
  ENTRY_NOT_FOUND: [{ path: "/a" }, 404, "FABRIC_E_FILE_NOT_FOUND"],
  OBJECT_TOO_LARGE: [{ size: 6, limit: 5 }, 413, "FABRIC_E_VALUE_TOO_LARGE"],
  NAME_REFUSED: [{ name: "x", rule: "a relative name" }, 400, "E_INVALIDARG"],
  QUOTA_EXCEEDED: [{ owner: "secret", limit: 5 }, 413, "FABRIC_E_VALUE_TOO_LARGE"],
  PLAN_IMPOSSIBLE: [{ size: 6, limits: { minSize: 1, maxSize: 1, maxCount: 1 } }, 413, "FABRIC_E_VALUE_TOO_LARGE"],
  OPTIONS_INVALID: [{ driver: "secret", issues: ["timeout: seconds"] }, 400, "E_INVALIDARG"],
  FORBIDDEN: [{ reason: "secret" }, 403, "E_ACCESSDENIED"],
  RATE_LIMITED: [{ retryAfterMs: 1500 }, 503, "FABRIC_E_SERVICE_TOO_BUSY"],
  UNSUPPORTED: [{ driver: "secret", capability: "chunks of any size" }, 400, "E_NOTIMPL"],
  BACKEND_UNAVAILABLE: [{ driver: "secret" }, 504, "FABRIC_E_COMMUNICATION_ERROR"],
  BACKEND_THROTTLED: [{ driver: "secret" }, 503, "FABRIC_E_SERVICE_TOO_BUSY"],
  BACKEND_DENIED: [{ driver: "secret" }, 503, "FABRIC_E_NOT_READY"],
  BACKEND_LOST_UPLOAD: [{ driver: "secret" }, 400, "FABRIC_E_INVALID_UPLOAD_SESSION_ID"],
  BACKEND_FULL: [{ driver: "secret" }, 507, "E_FAIL"],
  BACKEND_REJECTED: [{ driver: "secret", status: 418 }, 500, "E_FAIL"],
  INTERRUPTED: [{ reason: "timeout" }, 504, "FABRIC_E_TIMEOUT"],
  INTERNAL: [{ operation: "secret" }, 500, "E_FAIL"],
};

test.each(Object.entries(samples))(
  "%s has its status and code, and tells no secret",
  (code, [details, status, fabric]) => {
    const failure = fabricErrorOf({ code, details } as Parameters<typeof fabricErrorOf>[0]);
    expect(failure).toMatchObject({ status, code: fabric, cause: code });
    expect(failure.message).not.toContain("secret");
  },
);

test("a line that breaks is the client's, a server that closes is not", () => {
  const of = (reason: string) => fabricErrorOf({ code: "INTERRUPTED", details: { reason } }).status;
  expect([of("body"), of("client"), of("idle")]).toEqual([400, 400, 400]);
  expect([of("closing"), of("draining")]).toEqual([503, 503]);
});
