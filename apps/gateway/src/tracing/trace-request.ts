import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Attributes } from "@opentelemetry/api";
import type { DoorRequest, RequestWatch } from "@stowage/server";
import { tracer } from "./tracer.js";

/** As the semantic conventions have them; any other is `_OTHER`. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "QUERY"]);

/**
 * A server span for each request, below the one that the caller's `traceparent` names (or whatever else the SDK's
 * propagator reads), with the attributes of the HTTP semantic conventions. Nothing of a query or an answer is in it.
 */
export function traceRequest(request: DoorRequest): RequestWatch {
  const parent = propagation.extract(context.active(), request, carrier);
  const method = methods.has(request.method) ? request.method : "_OTHER";
  const name = `${method === "_OTHER" ? "HTTP" : method}${request.prefix === null ? "" : ` ${request.prefix || "/"}`}`;
  const span = tracer().startSpan(name, { kind: SpanKind.SERVER, attributes: attributesOf(request, method) }, parent);
  const inside = trace.setSpan(parent, span);
  return {
    within: (work) => context.with(inside, work),
    end: ({ status, received, sent, whole }) => {
      span.setAttributes({
        "http.response.status_code": status,
        "http.request.body.size": received,
        "http.response.body.size": sent,
        "stowage.answer.whole": whole,
      });
      if (status >= 500) {
        span.setAttribute("error.type", String(status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

const carrier = {
  keys: () => ["traceparent", "tracestate", "baggage"],
  get: (request: DoorRequest, key: string) => request.header(key.toLowerCase()),
};

function attributesOf({ method, path, protocol, requestId, header }: DoorRequest, known: string): Attributes {
  const host = header("host");
  const userAgent = header("user-agent");
  return {
    "http.request.method": known,
    ...(known === method ? {} : { "http.request.method_original": method.slice(0, 32) }),
    "url.path": path.slice(0, 512),
    "stowage.request_id": requestId,
    ...(protocol === null ? {} : { "stowage.protocol": protocol }),
    ...(host === undefined ? {} : { "server.address": host.replace(/:\d+$/, "") }),
    ...(userAgent === undefined ? {} : { "user_agent.original": userAgent.slice(0, 256) }),
  };
}
