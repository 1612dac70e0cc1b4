import { fromBytes, type StorageDriver, UploadError } from "@stowage/core";
import { memoryBackend, memoryDriver } from "@stowage/core/memory";
import { collect } from "../../src/kit/bodies.js";
import { blockFixture } from "../block-driver.js";
import { altered, alteredSink, type DriverSetup, type Original } from "./altered-driver.js";
import type { Mutant } from "./mutant.js";

type Objects = NonNullable<StorageDriver["objects"]>;

function alteredObjects(alter: (objects: Objects, original: Original) => Partial<Objects>): DriverSetup {
  return altered((original) => {
    const { objects } = original.driver;
    return objects === undefined ? {} : { objects: { ...objects, ...alter(objects, original) } };
  });
}

/** Drivers that are wrong about what they hold, what they take of us, and whom they let in late. */
export const otherMutants: Readonly<Record<string, Mutant<DriverSetup>>> = {
  "reads a byte too much, as inclusive ranges do": {
    caughtBy: ["objects/read"],
    setup: alteredObjects((objects) => ({
      read: (key, range, options) =>
        objects.read!(key, range === null ? null : { ...range, end: range.end + 1 }, options),
    })),
  },
  "reads all of it, whatever the range": {
    caughtBy: ["objects/read"],
    setup: alteredObjects((objects) => ({ read: (key, _, options) => objects.read!(key, null, options) })),
  },
  "does not know the length of what it reads": {
    caughtBy: ["objects/read"],
    setup: alteredObjects((objects) => ({
      read: async (...args) => ({ ...(await objects.read!(...args)), size: null }),
    })),
  },
  "reads nothing where nothing is": {
    caughtBy: ["objects/read-missing"],
    setup: alteredObjects((objects) => ({
      read: (...args) => objects.read!(...args).catch(() => fromBytes(new Uint8Array(0))),
    })),
  },
  "has an object of no bytes where nothing is": {
    caughtBy: ["objects/stat"],
    setup: alteredObjects((objects) => ({
      stat: async (key, options) => (await objects.stat(key, options)) ?? { key, size: 0 },
    })),
  },
  "removes once only": {
    caughtBy: ["objects/remove"],
    setup: alteredObjects((objects) => ({
      remove: async (key, options) => {
        if ((await objects.stat(key, options)) === null) throw new UploadError("OBJECT_NOT_FOUND", "gone", { key });
        await objects.remove(key, options);
      },
    })),
  },
  "removes nothing": { caughtBy: ["objects/remove"], setup: alteredObjects(() => ({ remove: async () => {} })) },
  "removes everything": {
    caughtBy: ["objects/remove"],
    setup: alteredObjects((_, { backend }) => ({ remove: async () => backend.objects.clear() })),
  },
  "lists a part too few": {
    caughtBy: ["probe/equals-receipts"],
    setup: alteredSink((sink) => ({
      probe: async (options) => {
        const probed = await sink.probe(options);
        return probed.kind === "open" ? { kind: "open", parts: probed.parts?.slice(1) ?? null } : probed;
      },
    })),
  },
  "calls open what is complete": {
    caughtBy: ["probe/complete", "probe/gone"],
    setup: alteredSink(() => ({ probe: async () => ({ kind: "open", parts: null }) }), { passiveBegin: false }),
  },
  "calls gone what is open": {
    caughtBy: ["probe/equals-receipts"],
    setup: alteredSink((sink) => ({
      probe: async (options) => {
        const probed = await sink.probe(options);
        return probed.kind === "open" ? { kind: "gone" } : probed;
      },
    })),
  },
  "fences nobody out": { caughtBy: ["fence/late-bytes"], setup: altered(() => ({ fence: async (handle) => handle })) },
  "loses in the fence what was receipted": {
    caughtBy: ["fence/keeps-receipted", "fence/complete-twice", "fence/leaves-nothing"],
    setup: altered(({ driver }) => ({ fence: (_, target, options) => driver.begin(target, options) }), {
      passiveBegin: false,
    }),
  },
  "destroys the old handle in the fence": {
    caughtBy: ["fence/keeps-receipted"],
    setup: altered(({ driver, backend }) => ({
      fence: async (handle, target, options) => {
        const fenced = (await driver.fence?.(handle, target, options)) ?? null;
        const { upload, generation } = handle as { upload: string; generation: string };
        backend.uploads.get(upload)?.generations.delete(generation);
        return fenced;
      },
    })),
  },
  "forgets a fenced upload once it is complete": {
    caughtBy: ["fence/complete-twice"],
    setup: altered(({ driver }) => {
      const fenced = new Set<string>();
      const done = new Set<string>();
      return {
        fence: async (handle, target, options) => {
          fenced.add(target.key);
          return (await driver.fence?.(handle, target, options)) ?? null;
        },
        sink: (handle, target) => {
          const sink = driver.sink(handle, target);
          return {
            ...sink,
            complete: async (receipts, options) => {
              if (fenced.has(target.key) && done.has(target.key))
                throw new UploadError("BACKEND_LOST_UPLOAD", "no such upload", { driver: "memory" });
              done.add(target.key);
              return sink.complete(receipts, options);
            },
          };
        },
      };
    }),
  },
  "leaves the copy that a fence made": {
    caughtBy: ["fence/leaves-nothing"],
    setup: altered(({ driver, backend }) => ({
      fence: async (handle, target, options) => {
        backend.uploads.set(`copy of ${target.key}`, { key: "copy", generations: new Map() });
        return (await driver.fence?.(handle, target, options)) ?? null;
      },
    })),
  },
  "needs a fence and has none": {
    caughtBy: ["fence/not-needed"],
    setup: (runtime) => {
      const backend = memoryBackend();
      const driver: StorageDriver = { ...memoryDriver({ backend }, runtime) };
      delete (driver as Partial<Pick<StorageDriver, "fence">>).fence;
      return { driver, readBack: async (key) => backend.objects.get(key)?.bytes ?? null };
    },
  },
  "names blocks so that a late writer shares them": {
    caughtBy: ["fence/not-needed"],
    setup: (runtime) => {
      const fixture = blockFixture(runtime);
      const { driver } = fixture;
      const sink: StorageDriver["sink"] = (handle, target) => {
        const inner = driver.sink(handle, target);
        return {
          ...inner,
          write: (chunk, options) => inner.write({ ...chunk, attempt: `block ${chunk.offset}` }, options),
        };
      };
      return { ...fixture, driver: { ...driver, sink }, newInstance: () => ({ ...driver, sink }) };
    },
  },
  "keeps memory of aborted writes": {
    caughtBy: ["memory/given-back"],
    setup: alteredSink((sink, { runtime }) => ({
      write: async (chunk, options) => {
        await runtime.memory.take(1, options);
        const receipt = await sink.write(chunk, options);
        runtime.memory.give(1);
        return receipt;
      },
    })),
  },
  "keeps memory for each chunk": {
    caughtBy: ["write/partial-chunk", "write/oversize-body", "write/abort-mid-body", "memory/given-back"],
    setup: alteredSink((sink, { runtime }) => ({
      write: async (chunk, options) => {
        const bytes = await collect(chunk.body);
        await runtime.memory.take(bytes.byteLength, options);
        return sink.write({ ...chunk, body: fromBytes(bytes) }, options);
      },
    })),
  },
  "gives uploads up when it is closed": {
    caughtBy: ["close/uploads-stay-open"],
    setup: altered(({ backend }) => ({ close: async () => backend.uploads.clear() })),
  },
  "finds fault with a backend that works": {
    caughtBy: ["check/healthy"],
    setup: altered(() => ({
      check: async () => [{ severity: "error", subject: "backend", message: "not there", mend: "make it" }],
    })),
  },
  "declares what it can anew each time": {
    caughtBy: ["capabilities/plain-data"],
    setup: (runtime) => {
      const backend = memoryBackend();
      const driver = memoryDriver({ backend }, runtime);
      let reads = 0;
      const get = (): StorageDriver["capabilities"] => ({ ...driver.capabilities, maxObjectSize: 1_000_000 + reads++ });
      return {
        driver: Object.defineProperty({ ...driver }, "capabilities", { get }),
        readBack: async (key) => backend.objects.get(key)?.bytes ?? null,
      };
    },
  },
  "makes the upload depend on the hint": {
    caughtBy: ["write/settled-is-a-hint"],
    setup: altered(({ driver }) => {
      const settled = new Map<string, number>();
      return {
        sink: (handle, target) => {
          const sink = driver.sink(handle, target);
          return {
            ...sink,
            settled: async () => void settled.set(target.key, (settled.get(target.key) ?? 0) + 1),
            complete: async (receipts, options) => {
              const count = settled.get(target.key) ?? receipts.length;
              if (count < receipts.length) throw new UploadError("UPLOAD_INCOMPLETE", "not settled", { missing: [] });
              return sink.complete(receipts, options);
            },
          };
        },
      };
    }),
  },
};
