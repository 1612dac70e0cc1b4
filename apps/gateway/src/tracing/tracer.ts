import { trace } from "@opentelemetry/api";
import type { Tracer } from "@opentelemetry/api";

/** Of whatever SDK the process was started with; without one, its spans are nothing. */
export function tracer(): Tracer {
  return trace.getTracer("@stowage/gateway");
}
