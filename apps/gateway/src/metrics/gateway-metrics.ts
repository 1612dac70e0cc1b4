import type { ByteBudget, Engine, ErrorCode, UploadEvent } from "@stowage/core";
import type { Protocol } from "@stowage/core/http";
import type { ObserveCall } from "@stowage/core/layers";
import type { DoorRequest, RequestWatch } from "@stowage/server";
import { Registry } from "prom-client";
import type { MetricsSettings } from "../config/sections/metrics.js";
import { driverMetrics } from "./driver-metrics.js";
import { engineMetrics } from "./engine-metrics.js";
import { errorMetrics } from "./error-metrics.js";
import { metricsFrontEnd } from "./metrics-front-end.js";
import { processMetrics } from "./process-metrics.js";
import { requestMetrics } from "./request-metrics.js";
import { uploadMetrics } from "./upload-metrics.js";
import { watchedBudget } from "./watched-budget.js";

/** Where everything that counts is told of what happens. */
export interface GatewayMetrics {
  /** The budget that uploads must be given instead. */
  readonly memory: ByteBudget;
  readonly onEvent: (event: UploadEvent) => void;
  readonly observePolicy: (policy: string) => ObserveCall;
  readonly watch: (request: DoorRequest) => RequestWatch;
  readonly failed: (protocol: string, code: ErrorCode) => void;
  /** The page; from now on the engine is asked at each scrape. Called once. */
  frontEnd(engine: Pick<Engine, "activity">): Protocol;
}

/** Metrics of one gateway, with those of its process. Labels are names of the configuration and codes only. */
export function gatewayMetrics({ allow }: MetricsSettings, budget: ByteBudget): GatewayMetrics {
  const registry = new Registry();
  const memory = watchedBudget(budget);
  const ofProcess = processMetrics();
  return {
    memory,
    onEvent: uploadMetrics(registry),
    observePolicy: driverMetrics(registry),
    watch: requestMetrics(registry),
    failed: errorMetrics(registry),
    frontEnd: (engine) => {
      engineMetrics(registry, engine, memory);
      const print = async (): Promise<string> => `${await registry.metrics()}${await ofProcess.metrics()}`;
      return metricsFrontEnd(allow, { contentType: registry.contentType, print });
    },
  };
}
