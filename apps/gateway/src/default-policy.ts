import type { Runtime } from "@stowage/core";
import type { PolicyOptions } from "@stowage/core/engine";
import { drivers } from "./registry.js";

const chunkSize = 8 * 1024 * 1024;
/** All receipts of an upload are read when it completes, and 5,000 take some 10 ms. */
const mostChunks = 1_000_000;

/** One folder on a disk of this machine, in chunks that the Cloudreve clients send four at a time. */
export function defaultPolicy(root: string, runtime: Runtime): PolicyOptions {
  const driver = drivers.local({ root }, runtime);
  return {
    id: "default",
    name: "Local disk",
    driver,
    chunks: { size: chunkSize, parallel: 4 },
    accept: { maxSize: chunkSize * mostChunks },
  };
}
