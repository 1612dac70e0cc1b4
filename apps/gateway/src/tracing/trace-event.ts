import { trace } from "@opentelemetry/api";
import type { UploadEvent } from "@stowage/core";

/** Notes what became durable on the span that it happened in. */
export function traceEvent(event: UploadEvent): void {
  const span = trace.getActiveSpan();
  if (span === undefined) return;
  if (event.type === "chunk.stored") {
    const { start, end } = event.range;
    span.addEvent(event.type, { "stowage.range.start": start, "stowage.range.end": end });
    return;
  }
  const { protocol, policyId } = event.session;
  span.addEvent(event.type, {
    "stowage.protocol": protocol,
    "stowage.policy": policyId,
    ...(event.type === "upload.completed" ? { "stowage.size": event.object.size } : {}),
    ...(event.type === "upload.aborted" ? { "stowage.reason": event.cause.reason } : {}),
  });
}
