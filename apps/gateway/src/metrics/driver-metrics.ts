import { isUploadError } from "@stowage/core";
import type { ObserveCall } from "@stowage/core/layers";
import { Counter, Histogram } from "prom-client";
import type { Registry } from "prom-client";

/** Seconds: from a local disk to a part over a slow line. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Time and failures of each call of a policy's driver. A `write` takes as long as its body does to come. */
export function driverMetrics(registry: Registry): (policy: string) => ObserveCall {
  const registers = [registry];
  const labelNames = ["driver", "policy", "operation"] as const;
  const seconds = new Histogram({
    name: "stowage_driver_call_seconds",
    help: "Calls of drivers, each attempt by itself; a write takes as long as its client sends.",
    labelNames,
    buckets,
    registers,
  });
  const failures = new Counter({
    name: "stowage_driver_failures_total",
    help: "Calls of drivers that threw, by the code of the error.",
    labelNames: [...labelNames, "code"],
    registers,
  });
  return (policy) =>
    ({ driver, operation }) => {
      const labels = { driver, policy, operation };
      const startedAt = performance.now();
      return (error) => {
        seconds.observe(labels, (performance.now() - startedAt) / 1000);
        if (error !== undefined) failures.inc({ ...labels, code: isUploadError(error) ? error.code : "INTERNAL" });
      };
    };
}
