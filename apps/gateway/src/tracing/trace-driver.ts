import { SpanKind } from "@opentelemetry/api";
import type { ObserveCall } from "@stowage/core/layers";
import { endSpan } from "./end-span.js";
import { tracer } from "./tracer.js";

/** A span for each attempt of a driver's call, below the request or the sweep that needs it. */
export function traceDriver(policy: string): ObserveCall {
  return ({ driver, operation }) => {
    const attributes = { "stowage.driver": driver, "stowage.policy": policy, "stowage.operation": operation };
    const span = tracer().startSpan(`${driver} ${operation}`, { kind: SpanKind.CLIENT, attributes });
    return (error) => endSpan(span, error);
  };
}
