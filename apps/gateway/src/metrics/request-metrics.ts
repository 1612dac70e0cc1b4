import type { DoorRequest, RequestWatch } from "@stowage/server";
import { Counter, Histogram } from "prom-client";
import type { Registry } from "prom-client";

/** Seconds; chunks of slow clients take minutes. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Others are `other`: a client may call its method what it likes. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Time, outcome and bytes of each request that goes to a front-end, or to nobody (protocol `none`). */
export function requestMetrics(registry: Registry): (request: DoorRequest) => RequestWatch {
  const registers = [registry];
  const seconds = new Histogram({
    name: "stowage_http_request_seconds",
    help: "From the head of a request to the last byte of its answer.",
    labelNames: ["protocol", "method", "status"],
    buckets,
    registers,
  });
  const received = new Counter({
    name: "stowage_http_received_bytes_total",
    help: "Body bytes of requests.",
    labelNames: ["protocol"],
    registers,
  });
  const sent = new Counter({
    name: "stowage_http_sent_bytes_total",
    help: "Body bytes of answers.",
    labelNames: ["protocol"],
    registers,
  });
  return (request) => {
    const protocol = request.protocol ?? "none";
    const method = methods.has(request.method) ? request.method : "other";
    const startedAt = performance.now();
    return {
      end: (report) => {
        const status = `${Math.floor(report.status / 100)}xx`;
        seconds.observe({ protocol, method, status }, (performance.now() - startedAt) / 1000);
        received.inc({ protocol }, report.received);
        sent.inc({ protocol }, report.sent);
      },
    };
  };
}
