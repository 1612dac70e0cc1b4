import { context, SpanKind, trace } from "@opentelemetry/api";
import type { Attributes } from "@opentelemetry/api";
import { endSpan } from "./end-span.js";
import { tracer } from "./tracer.js";

/** Runs `work` in a span below the one that it is called in. */
export async function inSpan<Value>(name: string, attributes: Attributes, work: () => Promise<Value>): Promise<Value> {
  const span = tracer().startSpan(name, { kind: SpanKind.INTERNAL, attributes });
  try {
    const value = await context.with(trace.setSpan(context.active(), span), work);
    endSpan(span);
    return value;
  } catch (error) {
    endSpan(span, error ?? "nothing");
    throw error;
  }
}
