import type { ByteBudget, Engine, UploadEvent } from "@stowage/core";
import type { ObserveCall } from "@stowage/core/layers";
import type { DoorRequest, Mount, RequestWatch } from "@stowage/server";
import type { GatewayConfig } from "../config/config-schema.js";
import { gatewayMetrics } from "../metrics/gateway-metrics.js";
import { metricsSettings } from "../metrics/metrics-front-end.js";
import type { OpenEngineOptions } from "../open-engine.js";
import { traceDriver } from "../tracing/trace-driver.js";
import { traceEvent } from "../tracing/trace-event.js";
import { traceRequest } from "../tracing/trace-request.js";
import { observedProtocol } from "./observed-protocol.js";

/** How an operator sees what a gateway does: spans where the process has an SDK, and metrics where the file wants them. */
export interface Operation {
  readonly engine: Required<Pick<OpenEngineOptions, "memory" | "onEvent" | "observePolicy">>;
  readonly watch: (request: DoorRequest) => RequestWatch;
  /** A front-end that is seen at work. */
  observed(mount: Mount): Mount;
  /** The page of the metrics; empty where there are none. Called once. */
  mounts(engine: Pick<Engine, "activity">): readonly Mount[];
}

/** `memory`: the budget of the gateway's uploads. */
export function operationOf(config: GatewayConfig, memory: ByteBudget): Operation {
  const settings = metricsSettings(config);
  const metrics = settings === null ? null : gatewayMetrics(settings, memory);
  return {
    engine: {
      memory: metrics?.memory ?? memory,
      onEvent: (event: UploadEvent) => {
        traceEvent(event);
        metrics?.onEvent(event);
      },
      observePolicy: (policy) => both(traceDriver(policy), metrics?.observePolicy(policy)),
    },
    watch: (request) => watchBoth(traceRequest(request), metrics?.watch(request)),
    observed: ({ prefix, protocol }) => ({ prefix, protocol: observedProtocol(protocol, metrics?.failed ?? ignore) }),
    mounts: (engine) =>
      settings === null || metrics === null ? [] : [{ prefix: settings.path, protocol: metrics.frontEnd(engine) }],
  };
}

function ignore(): void {}

function both(spans: ObserveCall, counts: ObserveCall | undefined): ObserveCall {
  if (counts === undefined) return spans;
  return (call) => {
    const [endSpan, endCount] = [spans(call), counts(call)];
    return (error) => {
      endSpan(error);
      endCount(error);
    };
  };
}

function watchBoth(span: RequestWatch, count: RequestWatch | undefined): RequestWatch {
  if (count === undefined) return span;
  return {
    ...span,
    end: (report) => {
      span.end(report);
      count.end(report);
    },
  };
}
