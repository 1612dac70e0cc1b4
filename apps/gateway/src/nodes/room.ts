import { statfs } from "node:fs/promises";
import type { Engine } from "@stowage/core";
import type { SlaveRoom } from "@stowage/protocol-cloudreve/slave";
import { z } from "zod";
import type { GatewayConfig } from "../config/config-schema.js";
import { driverOptions } from "../config/driver-options.js";
import { knownDriver } from "../known-driver.js";

/** Of the options of the driver `local`, what tells how full its disk may be. */
const diskOptions = z.object({ root: z.string(), minFree: z.number() });

/**
 * Whether a node has room for new uploads: the backend of some policy is up, and where all bytes go to disks of this machine,
 * one of them has more free than its `minFree`. `free`: the most that one has beyond that; `null` where a backend is elsewhere.
 */
export async function roomOf(
  { policies }: Pick<GatewayConfig, "policies">,
  activity: Engine["activity"],
): Promise<SlaveRoom> {
  const up = activity().policies.flatMap(({ id, isHealthy }) => (isHealthy ? (policies[id] ?? []) : []));
  if (up.length === 0) return { isFull: true, free: null };
  const frees = await Promise.all(up.map(freeOf));
  const known = frees.filter((free) => free !== null);
  if (known.length < frees.length) return { isFull: false, free: null };
  const free = Math.max(...known);
  return { isFull: free === 0, free };
}

/** `null`: not a disk of this machine, or a folder that cannot be looked at. */
async function freeOf({ driver, options }: GatewayConfig["policies"][string]): Promise<number | null> {
  const local = driver === "local" ? await knownDriver(driver) : null;
  if (local === null) return null;
  try {
    const { root, minFree } = diskOptions.parse(local.schema.parse(driverOptions(local, options)));
    const { bavail, bsize } = await statfs(root);
    return Math.max(0, bavail * bsize - minFree);
  } catch {
    return null;
  }
}
