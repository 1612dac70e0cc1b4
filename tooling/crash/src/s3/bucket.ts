import type { StorageDriver } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import { s3 } from "@stowage/driver-s3";
import type { S3Server, S3Simulator } from "@stowage/servers";

/** Bytes of a part of the uploads here; their simulators take parts as small. */
export const partSize = 64 * 1024;

/** Waits of the driver are that much shorter than an operator's. */
const hurry = 20;

/** A clock that waits a twentieth of the time. */
export const hastyClock = {
  now: () => Date.now(),
  sleep: (ms: number, signal: AbortSignal) => nodeRuntime().clock.sleep(ms / hurry, signal),
};

/** The driver on a bucket, as AWS is spoken to but in path style; all keys begin with `prefix`. */
export function driverOn(server: Omit<S3Server, "name" | "close">, prefix: string): StorageDriver {
  const { bucket, region, endpoint, accessKeyId, secretAccessKey } = server;
  const options = { bucket, region, endpoint, prefix, credentials: { accessKeyId, secretAccessKey } };
  const part = { minSize: partSize };
  return s3({ ...options, preset: "aws", addressing: "path", part }, nodeRuntime({ clock: hastyClock }));
}

/** Keys of objects and of open uploads under a prefix, as the server itself has them. */
export async function stored(
  simulator: S3Simulator,
  prefix: string,
): Promise<{ readonly objects: readonly string[]; readonly uploads: readonly string[] }> {
  const { objects, uploads } = await simulator.leftovers();
  const own = (items: readonly { readonly key: string }[]): string[] =>
    items
      .map(({ key }) => key)
      .filter((key) => key.startsWith(prefix))
      .toSorted();
  return { objects: own(objects), uploads: own(uploads) };
}
