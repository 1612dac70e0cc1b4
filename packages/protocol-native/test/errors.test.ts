import { describe, expect, test } from "@jest/globals";
import type { ErrorCode, ErrorDetails, RetryAdvice } from "@stowage/core";
import { problemOf } from "../src/wire/errors.js";
import { printProblem, problemSchema } from "../src/wire/problem.js";

const secret = "s3://key:secret@backend";

/** One of each, with what must not leak wherever it could stand. */
const details: ErrorDetails = {
  SESSION_NOT_FOUND: { id: secret },
  SESSION_EXISTS: { id: secret },
  SESSION_EXPIRED: { id: secret, expiredAt: 5 },
  SESSION_CLOSED: { id: secret, state: "aborted" },
  REVISION_CONFLICT: { id: secret, expected: 3 },
  SUPERSEDED: { id: secret },
  SESSION_BUSY: { id: secret, retryAfterMs: 2500 },
  CHUNK_INDEX_INVALID: { index: 7, count: 3 },
  CHUNK_SIZE_MISMATCH: { offset: 0, expected: 10, actual: 9 },
  OFFSET_MISMATCH: { expected: 0, actual: 5 },
  RANGE_OVERLAP: { range: { start: 0, end: 10 } },
  SIZE_CONFLICT: { declared: 10, actual: 9 },
  CHECKSUM_MISMATCH: { offset: 0, algorithm: "crc32" },
  LENGTH_REQUIRED: { offset: 0 },
  BODY_TRUNCATED: { expected: 10, actual: 9 },
  UPLOAD_INCOMPLETE: {
    missing: Array.from({ length: 5000 }, (_, index) => ({ start: index * 20, end: index * 20 + 10 })),
  },
  POLICY_NOT_FOUND: { policyId: secret },
  OBJECT_EXISTS: { path: "/a" },
  PATH_BUSY: { path: "/a", sessionId: "x" },
  VERSION_CONFLICT: { path: "/a" },
  OBJECT_NOT_FOUND: { key: secret },
  ENTRY_NOT_FOUND: { path: "/a" },
  OBJECT_TOO_LARGE: { size: 10, limit: 9 },
  NAME_REFUSED: { name: "a/b", rule: "holds /" },
  QUOTA_EXCEEDED: { owner: secret, limit: 9 },
  PLAN_IMPOSSIBLE: { size: 10, limits: { minSize: 0, maxSize: 1, maxCount: 1 } },
  OPTIONS_INVALID: { driver: secret, issues: ["size: not a number"] },
  FORBIDDEN: { reason: "your group may not" },
  RATE_LIMITED: { retryAfterMs: 1 },
  UNSUPPORTED: { driver: secret, capability: "direct" },
  BACKEND_UNAVAILABLE: { driver: secret, status: 500 },
  BACKEND_THROTTLED: { driver: secret },
  BACKEND_DENIED: { driver: secret },
  BACKEND_LOST_UPLOAD: { driver: secret },
  BACKEND_FULL: { driver: secret },
  BACKEND_REJECTED: { driver: secret, status: 400, vendorCode: secret },
  INTERRUPTED: { reason: "closing" },
  INTERNAL: { operation: secret },
};

function thrown(code: ErrorCode, retry: RetryAdvice): Parameters<typeof problemOf>[0] {
  return { code, details: details[code], retry } as Parameters<typeof problemOf>[0];
}

describe.each(Object.keys(details) as ErrorCode[])("%s", (code) => {
  test("is a problem without secrets, whose retry advice is the thrower's or better", () => {
    const never = problemOf(thrown(code, "never"));
    const answer = printProblem(never);
    const body = JSON.parse(answer.body as string) as { status: number; code: string; type: string };
    expect(problemSchema.strict().safeParse(body).success).toBe(true);
    expect(body).toMatchObject({
      status: answer.status,
      code,
      type: expect.stringMatching(/^urn:[a-z-]+:problem:[a-z-]+$/),
    });
    expect(answer.body).not.toContain("secret");
    expect((answer.body as string).length).toBeLessThan(64_000);
    expect(problemOf(thrown(code, "same")).retryable).toBe(true);
    // A status of the server's is a matter of time, but for a backend that has said no for good.
    if (never.status >= 500 && code !== "BACKEND_REJECTED") expect(never.retryable).toBe(true);
  });
});

test("what has a time to wait says it twice, and never zero seconds", () => {
  expect(printProblem(problemOf(thrown("SESSION_BUSY", "same"))).headers).toMatchObject({ "retry-after": "3" });
  expect(printProblem(problemOf(thrown("RATE_LIMITED", "same"))).headers).toMatchObject({ "retry-after": "1" });
});

test("a code of a newer core is an internal error", () => {
  expect(problemOf(thrown("NEW" as ErrorCode, "never"))).toMatchObject({ status: 500, code: "NEW", retryable: false });
});
