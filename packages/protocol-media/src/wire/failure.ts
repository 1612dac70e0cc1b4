import type { HttpAnswer } from "@stowage/core/http";
import { z } from "zod";

const facts = z.object({
  code: z.string().describe("stable; the name of the error in @stowage/core, or of a mistake in the request itself"),
  message: z.string(),
  retryable: z.boolean().describe("the same request may succeed later as it is"),
  offset: z.string().optional().describe("where the next chunk has to start"),
  details: z.record(z.string(), z.unknown()).optional().describe("the facts that come with the code"),
});

/** Body of every failure. */
export const errorAnswer = z.object({ error: facts });
/** Body of every failure, as clients see it. */
export type MediaError = z.output<typeof errorAnswer>;

/** What a failure says, and how. */
export interface Failure extends z.output<typeof facts> {
  readonly status: number;
  /** In `Retry-After`, in whole seconds. */
  readonly retryAfterMs?: number;
}

/** The answer on the wire. Some statuses ask for fields of their own. */
export function printFailure(failure: Failure, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  const { status, retryAfterMs, ...error } = failure;
  return {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(retryAfterMs === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
      ...headers,
    },
    body: JSON.stringify({ error } satisfies MediaError),
  };
}
