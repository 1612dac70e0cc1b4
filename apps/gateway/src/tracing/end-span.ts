import { isUploadError } from "@stowage/core";
import { SpanStatusCode } from "@opentelemetry/api";
import type { Span } from "@opentelemetry/api";

/** Ends a span. Of what was thrown only its code is told: a message may hold anything. `undefined`: nothing was thrown. */
export function endSpan(span: Span, error?: unknown): void {
  if (error !== undefined) {
    const code = isUploadError(error) ? error.code : "INTERNAL";
    span.setAttribute("error.type", code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  }
  span.end();
}
