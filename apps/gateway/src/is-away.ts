import { isUploadError } from "@stowage/core";
import type { CallOptions, StorageDriver } from "@stowage/core";

/**
 * Whether a backend that is pinged while the gateway runs cannot be reached at the moment. That is no reason not to start:
 * until it is back new uploads go elsewhere, and those that it has go on then.
 */
export async function isAway(driver: Pick<StorageDriver, "ping">, options: CallOptions): Promise<boolean> {
  try {
    await driver.ping?.(options);
    return false;
  } catch (error) {
    return isUploadError(error) && error.code === "BACKEND_UNAVAILABLE";
  }
}
