import type { Runtime } from "@stowage/core";
import type { PolicyOptions } from "@stowage/core/engine";
import { drivers } from "./registry.js";

/** One folder on a disk of this machine, in chunks that the Cloudreve clients send four at a time. */
export function defaultPolicy(root: string, runtime: Runtime): PolicyOptions {
  const driver = drivers.local({ root }, runtime);
  return { id: "default", name: "Local disk", driver, chunks: { size: 8 * 1024 * 1024, parallel: 4 } };
}
