import type { HttpAnswer } from "@stowage/core/http";
import { printFailure } from "./failure.js";
import type { Outcome } from "./outcome.js";

/** The answer on the wire. What is answered depends on who asks, so no cache may keep it. */
export function printOutcome(outcome: Outcome): HttpAnswer {
  if (outcome.kind === "failed") return printFailure(outcome.failure, outcome.headers);
  return {
    status: outcome.status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: JSON.stringify(outcome.data),
  };
}
