import { describe, expect, test } from "@jest/globals";
import { UploadError } from "@stowage/core";
import type { ErrorDetails } from "@stowage/core";
import { printOutcome } from "../src/wire/envelope.js";
import { failureOf } from "../src/wire/errors.js";

/** Every code of the core, with the number that a client gets for it. */
const table: { readonly [Code in keyof ErrorDetails]: readonly [ErrorDetails[Code], number] } = {
  SESSION_NOT_FOUND: [{ id: "s" }, 40011],
  SESSION_EXISTS: [{ id: "s" }, -1],
  SESSION_EXPIRED: [{ id: "s", expiredAt: 0 }, 40011],
  SESSION_CLOSED: [{ id: "s", state: "aborted" }, 40011],
  REVISION_CONFLICT: [{ id: "s", expected: 1 }, -1],
  SUPERSEDED: [{ id: "s" }, -1],
  SESSION_BUSY: [{ id: "s", retryAfterMs: 1 }, -1],
  CHUNK_INDEX_INVALID: [{ index: 4, count: 3 }, 40012],
  CHUNK_SIZE_MISMATCH: [{ offset: 0, expected: 2, actual: 1 }, 40013],
  OFFSET_MISMATCH: [{ expected: 2, actual: 1 }, -1],
  RANGE_OVERLAP: [{ range: { start: 0, end: 2 } }, 40001],
  SIZE_CONFLICT: [{ declared: 2, actual: 1 }, 40055],
  CHECKSUM_MISMATCH: [{ offset: 0, algorithm: "md5" }, 40001],
  LENGTH_REQUIRED: [{ offset: 0 }, 40013],
  BODY_TRUNCATED: [{ expected: 2, actual: 1 }, 40013],
  UPLOAD_INCOMPLETE: [{ missing: [] }, 40055],
  POLICY_NOT_FOUND: [{ policyId: "p" }, 40035],
  OBJECT_EXISTS: [{ path: "/a" }, 40004],
  PATH_BUSY: [{ path: "/a", sessionId: "s" }, 40073],
  VERSION_CONFLICT: [{ path: "/a" }, 40076],
  OBJECT_NOT_FOUND: [{ key: "secret" }, 40044],
  ENTRY_NOT_FOUND: [{ path: "/a" }, 40016],
  OBJECT_TOO_LARGE: [{ size: 2, limit: 1 }, 40049],
  NAME_REFUSED: [{ name: "..", rule: "relative" }, 40052],
  QUOTA_EXCEEDED: [{ owner: "secret", limit: 1 }, 40051],
  PLAN_IMPOSSIBLE: [{ size: 2, limits: { minSize: 1, maxSize: 1, maxCount: 1 } }, 40049],
  OPTIONS_INVALID: [{ driver: "secret", issues: ["uri: bad"] }, 40001],
  FORBIDDEN: [{ reason: "no" }, 403],
  RATE_LIMITED: [{ retryAfterMs: 1 }, -1],
  UNSUPPORTED: [{ driver: "secret", capability: "objects" }, 403],
  BACKEND_UNAVAILABLE: [{ driver: "secret" }, -1],
  BACKEND_THROTTLED: [{ driver: "secret" }, -1],
  BACKEND_DENIED: [{ driver: "secret" }, -1],
  BACKEND_LOST_UPLOAD: [{ driver: "secret" }, 40011],
  BACKEND_FULL: [{ driver: "secret" }, -1],
  BACKEND_REJECTED: [{ driver: "secret", status: 400, vendorCode: "secret" }, 50004],
  INTERRUPTED: [{ reason: "secret" }, -1],
  INTERNAL: [{ operation: "secret" }, -1],
};

describe("codes", () => {
  test.each(Object.entries(table))("%s", (code, [details, expected]) => {
    const thrown = new UploadError(code as keyof ErrorDetails, "secret message", details);
    const failure = failureOf(thrown as Parameters<typeof failureOf>[0]);
    expect(failure.code).toBe(expected);
    expect(failure.msg.length).toBeGreaterThan(5);
    expect(JSON.stringify(failure)).not.toContain("secret");
  });

  test("what may pass answers -1", () => {
    const failures = [
      new UploadError("CHECKSUM_MISMATCH", "", { offset: 0, algorithm: "md5" }, { retry: "same" }),
      new UploadError("BACKEND_REJECTED", "", { driver: "x", status: 500 }, { retry: "after-probe" }),
    ].map((error) => failureOf(error as Parameters<typeof failureOf>[0]).code);
    expect(failures).toEqual([-1, -1]);
  });

  test.each([
    [new UploadError("RATE_LIMITED", "", { retryAfterMs: 1001 }), "2"],
    [new UploadError("SESSION_BUSY", "", { id: "s", retryAfterMs: 1 }), "1"],
    [new UploadError("BACKEND_THROTTLED", "", { driver: "x", retryAfterMs: 3000 }), "3"],
    [new UploadError("BACKEND_THROTTLED", "", { driver: "x" }), undefined],
  ])("when to come back is told in whole seconds: %#", (error, seconds) => {
    const failure = failureOf(error as Parameters<typeof failureOf>[0]);
    const { status, headers, body } = printOutcome({ kind: "failed", failure }, "id-1");
    expect(status).toBe(200);
    expect(headers?.["retry-after"]).toBe(seconds);
    expect(JSON.parse(body as string)).toEqual({ code: -1, msg: failure.msg, correlation_id: "id-1" });
  });

  test("a code that is not known here answers -1", () => {
    const later = { code: "FROM_THE_FUTURE", details: {}, retry: "never" };
    expect(failureOf(later as unknown as Parameters<typeof failureOf>[0])).toMatchObject({ code: -1 });
  });
});
