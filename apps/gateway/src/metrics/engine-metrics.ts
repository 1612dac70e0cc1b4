import type { Engine } from "@stowage/core";
import { Gauge } from "prom-client";
import type { Registry } from "prom-client";
import type { WatchedBudget } from "./watched-budget.js";

/** What is asked at each scrape: the engine's activity, the health of policies, and the memory that uploads share. */
export function engineMetrics(
  registry: Registry,
  engine: Pick<Engine, "activity">,
  memory: Pick<WatchedBudget, "total" | "used" | "waiting">,
): void {
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  gauge("stowage_writes_in_flight", "Bodies on their way to a backend; each holds a claim.", () => {
    return engine.activity().writes;
  });
  gauge("stowage_completions_in_flight", "Uploads that are being completed; each holds a claim.", () => {
    return engine.activity().completions;
  });
  gauge("stowage_memory_budget_bytes", "What all uploads together may keep in memory.", () => memory.total);
  gauge("stowage_memory_used_bytes", "What they keep of it.", () => memory.used());
  gauge("stowage_memory_waiting", "How many of them wait for some of it.", () => memory.waiting());
  new Gauge({
    name: "stowage_policy_healthy",
    help: "1: its backend answers; 0: it failed a moment ago, and new uploads go elsewhere if they can.",
    labelNames: ["policy"],
    registers: [registry],
    collect() {
      for (const { id, isHealthy } of engine.activity().policies) this.set({ policy: id }, isHealthy ? 1 : 0);
    },
  });
}
