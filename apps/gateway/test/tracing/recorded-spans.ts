import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";

/** A real SDK for this process, whose spans stay in memory. */
export function recordSpans(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return exporter;
}

/** Spans and what is below them, by name, each in the order of their begin: `["PUT /uploads", [["upload write", []]]]`. */
export type Tree = readonly [name: string, below: readonly Tree[]];

export function treesOf(spans: readonly ReadableSpan[]): readonly Tree[] {
  const known = new Set(spans.map((span) => span.spanContext().spanId));
  const startOf = ({ startTime: [seconds, nanos] }: ReadableSpan): number => seconds * 1e9 + nanos;
  const below = (parent: string | null): readonly Tree[] =>
    spans
      .filter(({ parentSpanContext: above }) => {
        const id = above === undefined || !known.has(above.spanId) ? null : above.spanId;
        return id === parent;
      })
      .toSorted((a, b) => startOf(a) - startOf(b))
      .map((span) => [span.name, below(span.spanContext().spanId)]);
  return below(null);
}
