import { join } from "node:path";
import type { Runtime, StorageDriver } from "@stowage/core";
import { takesAsTheyCome } from "@stowage/core/engine";
import type { PolicyOptions } from "@stowage/core/engine";
import type { PolicySettings } from "./config/sections/policies.js";

/** What a relay is made with. */
export interface RelayMeans {
  /** Wish for the size of a part; 0: none. */
  readonly cell: number;
  /** The data folder. */
  readonly data: string;
  readonly runtime: Partial<Runtime>;
}

/** The drivers of a policy: the bare one, and a relay in front of it where uploads may need one, or for all. */
export async function withRelay(
  driver: StorageDriver,
  { use, spool, durability }: PolicySettings["relay"],
  { cell, data, runtime }: RelayMeans,
): Promise<Pick<PolicyOptions, "driver" | "relayed">> {
  const isNeeded = !takesAsTheyCome(driver.capabilities, { size: null, framing: "free" });
  if (use === "never" || (use === "needed" && !isNeeded)) return { driver };
  const { directorySpool, relay } = await import("@stowage/driver-relay");
  const folder = spool ?? join(data, "spool");
  const options = { spool: directorySpool(folder, { durability }), ...(cell === 0 ? {} : { cell }) };
  const relayed = relay(driver, options, runtime);
  return use === "always" ? { driver: relayed } : { driver, relayed };
}
