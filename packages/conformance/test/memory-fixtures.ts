import { memoryBackend, memoryDriver, type MemoryDriverOptions } from "@stowage/core/memory";
import type { Runtime } from "@stowage/core";
import type { DriverFixture } from "../src/driver/driver-fixture.js";

/** The reference driver over a backend of its own. */
export function memoryFixture(runtime: Runtime, options: MemoryDriverOptions = {}): DriverFixture {
  const backend = memoryBackend();
  const make = (): DriverFixture["driver"] => memoryDriver({ ...options, backend }, runtime);
  return {
    driver: make(),
    newInstance: make,
    readBack: async (key) => backend.objects.get(key)?.bytes ?? null,
    leftovers: async () => [...backend.uploads.values()].map(({ key }) => key),
  };
}

/** All that the memory driver can do, taken away. */
export const narrow: MemoryDriverOptions = {
  ordering: { kind: "sequential" },
  part: { minSize: 64, maxSize: 4_096, maxCount: 8, multipleOf: 32, uniform: true },
  maxObjectSize: 32_768,
  deferredSize: false,
  unsizedBody: false,
  partialChunks: false,
  passiveBegin: false,
  checksums: ["crc32", "sha256"],
  objects: false,
};
