import type { HttpAnswer } from "@stowage/core/http";
import { z } from "zod";

/** Body of every failure: `application/problem+json` (RFC 9457). */
export const problemSchema = z.object({
  type: z.string().describe("urn:stowage:problem:{code in lower case, with hyphens}"),
  title: z.string().describe("what the code means, the same for every request"),
  status: z.int().min(400).max(599),
  detail: z.string().optional().describe("what was wrong with this request"),
  code: z.string().describe("stable; the name of the error in @stowage/core, or of a mistake in the request itself"),
  retryable: z.boolean().describe("the same request may succeed later as it is"),
  retryAfterMs: z.int().min(0).optional().describe("not before; also in Retry-After, in whole seconds"),
  details: z.record(z.string(), z.unknown()).optional().describe("the facts that come with the code"),
});
/** A failure as clients see it. */
export type Problem = z.output<typeof problemSchema>;

/** What a failure says; `type` follows from the code. */
export type ProblemFacts = Omit<Problem, "type">;

/** The answer on the wire. Some statuses ask for fields of their own. */
export function printProblem(facts: ProblemFacts, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  const { status, code, retryAfterMs } = facts;
  const type = `urn:stowage:problem:${code.toLowerCase().replaceAll("_", "-")}`;
  return {
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(retryAfterMs === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
      ...headers,
    },
    body: JSON.stringify({ type, ...facts } satisfies Problem),
  };
}
