import type { HttpAnswer } from "@stowage/core/http";
import { printFabricError } from "./fabric-error.js";
import type { FabricFailure } from "./fabric-error.js";

/** What a verb comes to. */
export type Outcome =
  /** Clients take nothing but 200 for success. `null`: an empty body. */
  | { readonly kind: "done"; readonly data: unknown }
  | {
      readonly kind: "failed";
      readonly facts: FabricFailure;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "document"; readonly text: string };

/** 200, with JSON where there is something to tell. */
export function done(data: unknown = null): Outcome {
  return { kind: "done", data };
}

/** A failure that no error of the core stands for. */
export function failed(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Outcome {
  return { kind: "failed", facts: { status, code, message }, headers };
}

/** The outcome as an answer. */
export function print(outcome: Outcome): HttpAnswer {
  switch (outcome.kind) {
    case "failed":
      return printFabricError(outcome.facts, outcome.headers);
    case "document":
      return { status: 200, headers: json, body: outcome.text };
    case "done":
      if (outcome.data === null) return { status: 200, headers: { "content-length": "0" } };
      return { status: 200, headers: { ...json, "cache-control": "no-store" }, body: JSON.stringify(outcome.data) };
  }
}

const json = { "content-type": "application/json; charset=utf-8" } as const;
