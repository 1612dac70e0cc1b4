import type { ChunkSink, Runtime, StorageDriver } from "@stowage/core";
import { memoryBackend, type MemoryBackend, memoryDriver, type MemoryDriverOptions } from "@stowage/core/memory";
import type { DriverFixture } from "../../src/driver/driver-fixture.js";

/** What a mutant is told of the driver that it alters. */
export interface Original {
  readonly driver: StorageDriver;
  readonly backend: MemoryBackend;
  readonly runtime: Runtime;
}

export type DriverSetup = (runtime: Runtime) => DriverFixture;

/** The reference driver with some of its verbs replaced, in each of its instances. */
export function altered(
  alter: (original: Original) => Partial<StorageDriver>,
  options: MemoryDriverOptions = {},
): DriverSetup {
  return (runtime) => {
    const backend = memoryBackend();
    const make = (): StorageDriver => {
      const driver = memoryDriver({ ...options, backend }, runtime);
      return { ...driver, ...alter({ driver, backend, runtime }) };
    };
    return {
      driver: make(),
      newInstance: make,
      readBack: async (key) => backend.objects.get(key)?.bytes ?? null,
      leftovers: async () => [...backend.uploads.values()].map(({ key }) => key),
    };
  };
}

type Sinks = StorageDriver["sink"];

/** The same for the verbs of its sinks. */
export function alteredSink(
  alter: (
    sink: ChunkSink,
    at: Original & { readonly handle: Parameters<Sinks>[0]; readonly target: Parameters<Sinks>[1] },
  ) => Partial<ChunkSink>,
  options: MemoryDriverOptions = {},
): DriverSetup {
  return altered(
    (original) => ({
      sink: (handle, target) => {
        const sink = original.driver.sink(handle, target);
        return { ...sink, ...alter(sink, { ...original, handle, target }) };
      },
    }),
    options,
  );
}
