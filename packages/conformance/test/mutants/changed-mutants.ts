import { memoryData, memoryStore } from "@stowage/core/memory";
import { alteredStore, type StoreSetup } from "./altered-store.js";
import type { Mutant } from "./mutant.js";

/** Stores that are wrong about who waits for them. */
export const changedMutants: Readonly<Record<string, Mutant<StoreSetup>>> = {
  "wakes nobody": {
    caughtBy: ["changed/wakes", "changed/wakes-across-processes", "changed/several-wait"],
    setup: alteredStore(() => ({ changed: (_, { signal }) => aborted(signal) })),
  },
  "wakes the first who waits": {
    caughtBy: ["changed/several-wait"],
    setup: alteredStore(({ store }) => {
      const waiting = new Set<string>();
      return {
        changed: (id, options) => {
          if (waiting.has(id)) return aborted(options.signal);
          waiting.add(id);
          return store.changed(id, options).finally(() => waiting.delete(id));
        },
      };
    }),
  },
  "wakes nobody in another process": {
    caughtBy: ["changed/wakes-across-processes"],
    setup: () => {
      const data = memoryData();
      const other = {
        ...memoryStore({ data }),
        changed: (_: string, { signal }: { signal: AbortSignal }) => aborted(signal),
      };
      return { store: memoryStore({ data }), newInstance: () => other };
    },
  },
  "lets nobody stop waiting": {
    caughtBy: ["changed/ends-with-the-signal"],
    setup: alteredStore(({ store }) => ({
      changed: (id) => store.changed(id, { signal: new AbortController().signal }),
    })),
  },
  "ends waiting with an error": {
    caughtBy: ["changed/ends-with-the-signal"],
    setup: alteredStore(({ store }) => ({
      changed: async (id, options) => {
        await store.changed(id, options);
        options.signal.throwIfAborted();
      },
    })),
  },
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
