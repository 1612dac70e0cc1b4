import type { EpochMs } from "@stowage/core";

const lastInstantMs = 253_402_300_799_999;

/** RFC 3339 in UTC. Instants that it cannot write, from another front-end's client, are moved into its range. */
export function printInstant(at: EpochMs): string {
  return new Date(Math.min(Math.max(at, 0), lastInstantMs)).toISOString();
}
