import type { ErrorCode } from "@stowage/core";
import { Counter } from "prom-client";
import type { Registry } from "prom-client";

/** Counts errors of the engine that front-ends turn into answers of their own. */
export function errorMetrics(registry: Registry): (protocol: string, code: ErrorCode) => void {
  const errors = new Counter({
    name: "stowage_errors_total",
    help: "Errors that front-ends answered with, by code; RATE_LIMITED is an owner over his limits.",
    labelNames: ["protocol", "code"],
    registers: [registry],
  });
  return (protocol, code) => errors.inc({ protocol, code });
}
