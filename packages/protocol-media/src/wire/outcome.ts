import type { Failure } from "./failure.js";

/** What a verb comes to. */
export type Outcome =
  | { readonly kind: "done"; readonly status: 200 | 201; readonly data: unknown }
  | { readonly kind: "failed"; readonly failure: Failure; readonly headers?: Readonly<Record<string, string>> };

/** 200 with JSON. */
export function done(data: unknown): Outcome {
  return { kind: "done", status: 200, data };
}

/** A failure of the request itself, never worth the same request again. */
export function failed(
  status: number,
  code: string,
  message: string,
  more: Pick<Failure, "offset" | "details"> = {},
): Outcome {
  return { kind: "failed", failure: { status, code, message, retryable: false, ...more } };
}
