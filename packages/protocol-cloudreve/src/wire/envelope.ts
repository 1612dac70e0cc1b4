import type { HttpAnswer } from "@stowage/core/http";

/** What went wrong, in Cloudreve's own numbers: 3 digits as in HTTP, 4xxxx the client's fault, 5xxxx ours, -1 try again. */
export interface Failure {
  readonly code: number;
  readonly msg: string;
  /** Only code 40073 has any: who holds the path. */
  readonly data?: unknown;
  /** Only code 40081 has it: what failed, by the URI that the client gave. */
  readonly failures?: Readonly<Record<string, Failure>>;
  /** The soonest that trying again may help; goes into `Retry-After`. */
  readonly retryAfterMs?: number;
}

/** What a verb comes to. `raw` is for the few routes that do not answer in the envelope. */
export type Outcome =
  | { readonly kind: "done"; readonly data?: unknown }
  | {
      readonly kind: "failed";
      readonly failure: Failure;
      /** Of HTTP; absent: 200, as clients expect it of all but callbacks. */
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "raw"; readonly answer: HttpAnswer };

/** Success; without data, the envelope has no `data` at all. */
export function done(data?: unknown): Outcome {
  return data === undefined ? { kind: "done" } : { kind: "done", data };
}

/** A failure that no error of the core stands for. */
export function failed(code: number, msg: string): Outcome {
  return { kind: "failed", failure: { code, msg } };
}

/** The answer on the wire. Failures carry the id that the log has too. */
export function printOutcome(outcome: Outcome, correlationId: string): HttpAnswer {
  if (outcome.kind === "raw") return outcome.answer;
  if (outcome.kind === "failed") {
    const { failure, status = 200, headers = {} } = outcome;
    return json(status, printFailure(failure, correlationId), { ...headers, ...retryField(failure) });
  }
  return json(200, { code: 0, ...(outcome.data === undefined ? {} : { data: outcome.data }), msg: "" }, {});
}

function printFailure({ code, msg, data, failures }: Failure, correlationId: string): Record<string, unknown> {
  const nested = Object.entries(failures ?? {}).map(([uri, failure]) => [uri, printFailure(failure, correlationId)]);
  return {
    code,
    ...(data === undefined ? {} : { data }),
    ...(nested.length === 0 ? {} : { aggregated_error: Object.fromEntries(nested) }),
    msg,
    correlation_id: correlationId,
  };
}

/** In seconds, as RFC 9110 has it (10.2.3): never sooner than it may help. */
function retryField({ retryAfterMs }: Failure): Readonly<Record<string, string>> {
  return retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) };
}

/** Answers hold tokens, signed URLs and callback secrets, so no cache may keep them. */
function json(status: number, body: unknown, more: Readonly<Record<string, string>>): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...more },
    body: JSON.stringify(body),
  };
}
