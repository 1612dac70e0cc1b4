import { type Engine, systemClock } from "@stowage/core";
import type { StorageDriver } from "@stowage/core";
import { createEngine, type EngineOptions } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";

/** Claims of the dead run out soon; nothing sweeps but who is told to. */
const timing = { patienceMs: 40, leaseMs: 40, sweepEveryMs: 0, rescueMs: 50, pingEveryMs: 0 };

/** The engine over one driver, to which everything goes through us; `aheadMs`: how far its clock is ahead. */
export function gatewayOn(store: EngineOptions["store"], driver: StorageDriver, aheadMs = 0): Engine {
  return createEngine({
    store,
    policies: [{ id: "relayed", driver }],
    runtime: nodeRuntime({ clock: { ...systemClock, now: () => systemClock.now() + aheadMs } }),
    timing,
  });
}
