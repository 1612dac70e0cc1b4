import type { GatewayConfig } from "./config/config-schema.js";

const mebibyte = 1024 * 1024;
/** Batches of writes to a disk. */
const onDisk = 8 * mebibyte;
/** Parts are held until a backend has them, so that they can be sent again. */
const elsewhere = 32 * mebibyte;

/** Bytes that all uploads together may keep in memory. */
export function memoryOf({ limits, policies }: Pick<GatewayConfig, "limits" | "policies">): number {
  return limits.memory ?? (Object.values(policies).every(({ driver }) => driver === "local") ? onDisk : elsewhere);
}
