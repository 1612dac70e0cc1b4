import { expect, test } from "@jest/globals";
import type { ErrorCode, ErrorDetails, RetryAdvice } from "@stowage/core";
import { errorAnswer, printFailure } from "../src/wire/failure.js";
import { failureOf } from "../src/wire/errors.js";

const secret = "s3://key:secret@backend";

/** One of each, with what must not leak wherever it could stand, and the status that it comes to. */
const cases: { readonly [Code in ErrorCode]: readonly [ErrorDetails[Code], number] } = {
  SESSION_NOT_FOUND: [{ id: secret }, 404],
  SESSION_EXISTS: [{ id: secret }, 409],
  SESSION_EXPIRED: [{ id: secret, expiredAt: 5 }, 410],
  SESSION_CLOSED: [{ id: secret, state: "aborted" }, 410],
  REVISION_CONFLICT: [{ id: secret, expected: 3 }, 409],
  SUPERSEDED: [{ id: secret }, 409],
  SESSION_BUSY: [{ id: secret, retryAfterMs: 2500 }, 409],
  CHUNK_INDEX_INVALID: [{ index: 7, count: 3 }, 400],
  CHUNK_SIZE_MISMATCH: [{ offset: 0, expected: 10, actual: 9 }, 400],
  OFFSET_MISMATCH: [{ expected: 7, actual: 5 }, 416],
  RANGE_OVERLAP: [{ range: { start: 0, end: 10 } }, 409],
  SIZE_CONFLICT: [{ declared: 10, actual: 9 }, 400],
  CHECKSUM_MISMATCH: [{ offset: 0, algorithm: "crc32" }, 400],
  LENGTH_REQUIRED: [{ offset: 0 }, 411],
  BODY_TRUNCATED: [{ expected: 10, actual: 9 }, 400],
  UPLOAD_INCOMPLETE: [{ missing: [{ start: 7, end: 9 }] }, 409],
  POLICY_NOT_FOUND: [{ policyId: secret }, 403],
  OBJECT_EXISTS: [{ path: secret }, 409],
  PATH_BUSY: [{ path: secret, sessionId: secret }, 409],
  VERSION_CONFLICT: [{ path: secret }, 409],
  OBJECT_NOT_FOUND: [{ key: secret }, 410],
  ENTRY_NOT_FOUND: [{ path: secret }, 404],
  OBJECT_TOO_LARGE: [{ size: 10, limit: 9 }, 413],
  NAME_REFUSED: [{ name: secret, rule: "holds /" }, 400],
  QUOTA_EXCEEDED: [{ owner: secret, limit: 9 }, 413],
  PLAN_IMPOSSIBLE: [{ size: 10, limits: { minSize: 0, maxSize: 1, maxCount: 1 } }, 413],
  OPTIONS_INVALID: [{ driver: secret, issues: ["upload_id: needed"] }, 400],
  FORBIDDEN: [{ reason: secret }, 403],
  RATE_LIMITED: [{ retryAfterMs: 2500 }, 429],
  UNSUPPORTED: [{ driver: secret, capability: "chunks of any size" }, 501],
  BACKEND_UNAVAILABLE: [{ driver: secret, status: 500 }, 503],
  BACKEND_THROTTLED: [{ driver: secret, retryAfterMs: 2500 }, 503],
  BACKEND_DENIED: [{ driver: secret }, 502],
  BACKEND_LOST_UPLOAD: [{ driver: secret }, 410],
  BACKEND_FULL: [{ driver: secret }, 507],
  BACKEND_REJECTED: [{ driver: secret, status: 400, vendorCode: secret }, 502],
  INTERRUPTED: [{ reason: "draining" }, 503],
  INTERNAL: [{ operation: secret }, 500],
};

type Thrown = Parameters<typeof failureOf>[0];
const thrown = (code: string, details: unknown, retry: RetryAdvice): Thrown => ({ code, details, retry }) as Thrown;

test.each(Object.entries(cases))("%s", (code, [details, status]) => {
  const never = failureOf(thrown(code, details, "never"));
  expect(never).toMatchObject({ code, status });
  const { body, headers = {} } = printFailure(never);
  expect(body).not.toMatch(/secret/);
  expect(errorAnswer.strict().parse(JSON.parse(body as string)).error.code).toBe(code);
  expect(headers["retry-after"]).toBe(
    never.retryAfterMs === undefined ? undefined : String(Math.ceil(never.retryAfterMs / 1000)),
  );
  // Whoever throws may advise to try again; the table never takes that back.
  expect(failureOf(thrown(code, details, "same")).retryable).toBe(true);
});

test("what says where to go on says it as the answers to chunks do", () => {
  expect(failureOf(thrown("OFFSET_MISMATCH", { expected: 7, actual: 5 }, "never")).offset).toBe("7");
  expect(failureOf(thrown("UPLOAD_INCOMPLETE", { missing: [{ start: 7, end: 9 }] }, "never")).offset).toBe("7");
});

test("a sender that broke off is no fault of ours, and a code of a newer core is no crash", () => {
  for (const reason of ["body", "client", "idle"])
    expect(failureOf(thrown("INTERRUPTED", { reason }, "same")).status).toBe(400);
  expect(failureOf(thrown("NEW", {}, "never"))).toMatchObject({ status: 500, code: "NEW", retryable: false });
});

test("some statuses have fields of their own", () => {
  const failure = { status: 401, code: "X", message: "x", retryable: false, retryAfterMs: 1 };
  expect(printFailure(failure)).toMatchObject({ headers: { "www-authenticate": "Bearer", "retry-after": "1" } });
});
