import { defineDriver, type DriverFactory } from "../../define-driver.js";
import type { ChunkSink, DriverCapabilities, Probed, StorageDriver } from "../../driver.js";
import { UploadError } from "../../errors.js";
import type { Runtime } from "../../runtime.js";
import type { UploadTarget } from "../../target.js";
import { complete } from "./complete.js";
import { parseHandle } from "./handle.js";
import { copyGeneration, emptyGeneration, memoryBackend, type MemoryBackend } from "./memory-backend.js";
import { objectAccess } from "./objects.js";
import { type MemoryDriverOptions, memoryDriverSchema } from "./options.js";
import { unsupported } from "./unsupported.js";
import { type MemorySink, write } from "./write.js";

/**
 * The reference driver: writes at positions of a buffer, as `driver-local` does of a file, and needs `fence` for
 * the same reason. For tests, and for objects that may be lost when the process ends.
 *
 * @example
 * const backend = memoryBackend();
 * await put(memoryDriver({ backend }), { key: "a", body: fromBytes(bytes) });
 */
export const memoryDriver: DriverFactory<MemoryDriverOptions> = defineDriver({
  name: "memory",
  schema: memoryDriverSchema,
  create: createDriver,
});

function createDriver(options: MemoryDriverOptions, { newId, digest }: Runtime): StorageDriver {
  const { backend = memoryBackend(), objects = true } = options;
  const capabilities = capabilitiesOf(options);
  return {
    name: "memory",
    capabilities,
    begin: async ({ key, size }) => {
      checkBegin(capabilities, size);
      const handle = { upload: newId(), generation: newId() };
      if (capabilities.passiveBegin !== true)
        backend.uploads.set(handle.upload, { key, generations: new Map([[handle.generation, emptyGeneration()]]) });
      return handle;
    },
    sink: (handle, target) => memorySink({ backend, capabilities, digest, handle: parseHandle(handle), target }),
    abort: async (_handle, { key }) => {
      for (const [upload, open] of backend.uploads) if (open.key === key) backend.uploads.delete(upload);
    },
    fence: async (handle) => {
      const { upload, generation } = parseHandle(handle);
      const fenced = newId();
      const open = backend.uploads.get(upload);
      const before = open?.generations.get(generation);
      if (before !== undefined) open?.generations.set(fenced, copyGeneration(before));
      return { upload, generation: fenced };
    },
    ...(objects ? { objects: objectAccess(backend) } : {}),
  };
}

/** Plain data; what is taken away is absent. */
function capabilitiesOf(options: MemoryDriverOptions): DriverCapabilities {
  const { ordering = { kind: "any", maxParallel: 16 }, part, maxObjectSize, checksums } = options;
  const { deferredSize = true, unsizedBody = true, partialChunks = true, passiveBegin = true, writeOnce } = options;
  return {
    ordering,
    part: { minSize: 1, maxSize: Number.MAX_SAFE_INTEGER, maxCount: Number.MAX_SAFE_INTEGER, ...part },
    ...(maxObjectSize === undefined ? {} : { maxObjectSize }),
    ...(deferredSize ? { deferredSize } : {}),
    ...(unsizedBody ? { unsizedBody } : {}),
    ...(partialChunks ? { partialChunks } : {}),
    ...(passiveBegin ? { passiveBegin } : {}),
    ...(writeOnce === true ? { writeOnce } : {}),
    ...(checksums === undefined ? {} : { checksums }),
  };
}

function checkBegin({ deferredSize, maxObjectSize: limit = Infinity }: DriverCapabilities, size: number | null): void {
  if (size === null && deferredSize !== true) throw unsupported("deferredSize");
  if (size !== null && size > limit)
    throw new UploadError("OBJECT_TOO_LARGE", `${size} bytes, at most ${limit}`, { size, limit });
}

function memorySink(sink: MemorySink): ChunkSink {
  return {
    write: (chunk, options) => write(sink, chunk, options),
    complete: async (receipts, { signal }) => {
      signal.throwIfAborted();
      return complete(sink, receipts);
    },
    probe: async () => probe(sink.backend, sink.target, sink),
  };
}

function probe(backend: MemoryBackend, { key }: UploadTarget, { handle, capabilities }: MemorySink): Probed {
  const object = backend.objects.get(key);
  if (object?.upload === handle.upload) return { kind: "complete", object: { key, size: object.bytes.byteLength } };
  const open = backend.uploads.get(handle.upload);
  if (open === undefined) return capabilities.passiveBegin === true ? { kind: "open", parts: [] } : { kind: "gone" };
  const parts = [...(open.generations.get(handle.generation)?.parts ?? [])];
  return {
    kind: "open",
    parts: parts.map(([offset, part]) => ({ offset, ...part })).sort((a, b) => a.offset - b.offset),
  };
}
