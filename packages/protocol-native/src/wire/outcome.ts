import type { HttpAnswer } from "@stowage/core/http";
import type { ProblemFacts } from "./problem.js";

/** What a verb comes to: JSON, nothing, a failure that no error of the core stands for, or bytes. */
export type Outcome =
  | {
      readonly kind: "done";
      readonly status: 200 | 201;
      readonly data: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "empty" }
  | { readonly kind: "failed"; readonly facts: ProblemFacts; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: "raw"; readonly answer: HttpAnswer };

/** 200 with JSON. */
export function done(data: unknown): Outcome {
  return { kind: "done", status: 200, data };
}

/** A failure of the request itself, never worth the same request again. */
export function failed(
  status: number,
  code: string,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): Outcome {
  return { kind: "failed", facts: { status, code, title, retryable: false }, headers };
}
