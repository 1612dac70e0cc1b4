import type { Clock, DriverLayer, StorageDriver } from "@stowage/core";
import { limit, observe, retry } from "@stowage/core/layers";
import type { ObserveCall } from "@stowage/core/layers";
import type { PolicySettings } from "./config/sections/policies.js";

/** Calls in all, where the file does not say. */
const defaultAttempts = 4;

/** What a policy's driver is wrapped in. */
export interface LayerOptions {
  readonly calls: PolicySettings["calls"];
  /** Absent: nobody looks. */
  readonly observer?: ObserveCall;
  readonly clock?: Clock;
}

/**
 * Each attempt waits in line by itself, so that a pause between two holds up nobody, and is observed without its
 * waiting, so that what is measured is the backend's.
 */
export function withLayers(driver: StorageDriver, { calls, observer, clock }: LayerOptions): StorageDriver {
  const attempts = calls.attempts ?? attemptsOf(driver);
  const layers: readonly DriverLayer[] = [
    ...(observer === undefined ? [] : [observe(observer)]),
    ...(calls.atOnce === undefined ? [] : [limit(calls.atOnce)]),
    ...(attempts === 1 ? [] : [retry({ attempts, ...(clock === undefined ? {} : { clock }) })]),
  ];
  return layers.reduce((inner, layer) => layer(inner), driver);
}

/** What a disk of this machine refuses it will hardly take a moment later; the client asks again anyway. */
function attemptsOf({ name }: StorageDriver): number {
  return name === "local" ? 1 : defaultAttempts;
}
