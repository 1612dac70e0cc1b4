import {
  type CallOptions,
  defineDriver,
  type DriverCapabilities,
  type Runtime,
  type StorageDriver,
} from "@stowage/core";
import { abort } from "./abort.js";
import { check } from "./check.js";
import { complete } from "./complete.js";
import type { LocalContext } from "./context.js";
import { makeDescriptors } from "./descriptors.js";
import { endedUploads } from "./ended-uploads.js";
import { driverName, toUploadError } from "./errors.js";
import { fence } from "./fence.js";
import { inLoop, inThreads } from "./file-calls.js";
import { newHandle, parseHandle, toJson } from "./handle.js";
import { segmentsOf } from "./key.js";
import { layoutOf } from "./layout.js";
import { type LocalOptions, localOptionsSchema, type LocalSettings } from "./options.js";
import { openPart } from "./open-part.js";
import { probe } from "./probe.js";
import { readObject } from "./read-object.js";
import { removeObject } from "./remove-object.js";
import { rootOf } from "./root.js";
import { statObject } from "./stat-object.js";
import { write } from "./write.js";

/** Any cut in any order: a file takes bytes at any offset. */
const capabilities: DriverCapabilities = {
  ordering: { kind: "any", maxParallel: 64 },
  part: { minSize: 1, maxSize: Number.MAX_SAFE_INTEGER, maxCount: Number.MAX_SAFE_INTEGER },
  deferredSize: true,
  unsizedBody: true,
  partialChunks: true,
  passiveBegin: true,
};

/**
 * Stows objects in a folder: one part file for each upload, written at the chunks' offsets and published by a link.
 *
 * @example
 * const driver = local({ root: "/srv/uploads", durability: "disk" }, nodeRuntime());
 */
export const local = defineDriver<LocalOptions>({
  name: driverName,
  schema: localOptionsSchema,
  create: (options, runtime) => createLocal(contextOf(localOptionsSchema.parse(options), runtime)),
});

function createLocal(context: LocalContext): StorageDriver {
  return {
    name: driverName,
    capabilities,
    begin: async (target) => {
      segmentsOf(target.key);
      const handle = newHandle(target);
      context.ended.remove(handle.part);
      return toJson(handle);
    },
    sink: (stored, target) => {
      const handle = parseHandle(stored);
      return {
        write: (chunk, options) => write(context, handle, target, chunk, options),
        complete: (receipts, options) => unlessAborted(options, () => complete(context, handle, target, receipts)),
        probe: (options) => unlessAborted(options, () => probe(context, handle, target)),
      };
    },
    abort: (_handle, target, options) => unlessAborted(options, () => abort(context, target)),
    fence: (stored, _target, options) =>
      unlessAborted(options, async () => toJson(await fence(context, parseHandle(stored)))),
    objects: {
      stat: (key, options) =>
        unlessAborted(options, async () => {
          const object = await statObject(context, key).catch((error: unknown) => {
            throw toUploadError(error, "stat");
          });
          return object === null ? null : { key, size: object.size };
        }),
      read: (key, range, options) => unlessAborted(options, () => readObject(context, key, range, options)),
      remove: (key, options) => unlessAborted(options, () => removeObject(context, key)),
    },
    check: (options) => unlessAborted(options, () => check(context)),
    close: () => context.descriptors.close(),
  };
}

function contextOf(settings: LocalSettings, runtime: Runtime): LocalContext {
  const layout = layoutOf(settings.root);
  const ended = endedUploads();
  const files = { layout, settings, ended, root: rootOf(layout, settings) };
  const smallest = settings.durability === "process" ? settings.syncBelow : 0;
  return {
    ...files,
    runtime,
    descriptors: makeDescriptors((handle, key, calls) => openPart(files, handle, key, calls), settings, runtime),
    callsFor: (size) => (size !== null && size <= smallest && smallest > 0 ? inLoop : inThreads),
    writing: { count: 0 },
  };
}

/** None of these takes long once begun, so the signal counts before only. */
async function unlessAborted<Value>({ signal }: CallOptions, call: () => Promise<Value>): Promise<Value> {
  if (signal.aborted) throw signal.reason;
  return call();
}
