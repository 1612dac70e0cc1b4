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
