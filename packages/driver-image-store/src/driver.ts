import { defineDriver } from "@stowage/core";
import type { CallOptions, DriverCapabilities, Runtime, StorageDriver } from "@stowage/core";
import { abort } from "./abort.js";
import { check } from "./check.js";
import { complete } from "./complete.js";
import { driverName, lacks } from "./errors.js";
import { findFile } from "./find-file.js";
import { parseHandle, uploadHandle } from "./handle.js";
import { contentPath } from "./key.js";
import { imageStoreOptionsSchema } from "./options.js";
import type { ImageStoreOptions, ImageStoreSettings } from "./options.js";
import { probe } from "./probe.js";
import { removeFile } from "./remove-file.js";
import { storeApi } from "./store-api.js";
import type { UploadContext } from "./upload-context.js";
import { write } from "./write.js";

/**
 * Stows objects into any server of the Service Fabric ImageStore family, by `UploadChunk` with `Content-Range` and a
 * commit.
 *
 * @example
 * const driver = imageStore({ endpoint: "https://cluster.example:19080/ImageStore", token }, nodeRuntime());
 */
export const imageStore = defineDriver<ImageStoreOptions>({
  name: driverName,
  schema: imageStoreOptionsSchema,
  create: (options, runtime) => createImageStore(imageStoreOptionsSchema.parse(options), runtime),
});

function createImageStore(settings: ImageStoreSettings, { http }: Runtime): StorageDriver {
  const api = storeApi(settings, http);
  return {
    name: driverName,
    capabilities: capabilitiesOf(settings),
    begin: async (target) => {
      contentPath(settings.folder, target.key);
      if (target.size === null) throw lacks("deferredSize");
      return uploadHandle(target);
    },
    sink: (stored, target) => {
      const { session } = parseHandle(stored);
      const upload: UploadContext = {
        api,
        target,
        size: target.size ?? 0,
        path: contentPath(settings.folder, target.key),
        session,
      };
      return {
        write: (chunk, options) => write(upload, settings.maxChunk, chunk, options),
        complete: (receipts, options) => unlessAborted(options, () => complete(upload, receipts, options)),
        probe: (options) => unlessAborted(options, () => probe(upload, options)),
      };
    },
    abort: (_handle, target, options) => unlessAborted(options, () => abort(api, target, options)),
    objects: {
      stat: (key, options) =>
        unlessAborted(options, async () => {
          const size = await findFile({ api, path: contentPath(settings.folder, key) }, options);
          return size === null ? null : { key, size };
        }),
      remove: (key, options) =>
        unlessAborted(options, () => removeFile(api, contentPath(settings.folder, key), options)),
    },
    check: (options) => unlessAborted(options, () => check(api, settings, options)),
  };
}

/** The session comes with the first chunk; chunks of any size come in any order, each whole or not at all. */
function capabilitiesOf({ maxChunk, parallel }: ImageStoreSettings): DriverCapabilities {
  return {
    ordering: { kind: "any", maxParallel: parallel },
    part: { minSize: 1, maxSize: maxChunk, maxCount: Number.MAX_SAFE_INTEGER },
    passiveBegin: true,
    // A range that was received is refused, and no call takes one back.
    writeOnce: true,
  };
}

async function unlessAborted<Value>({ signal }: CallOptions, call: () => Promise<Value>): Promise<Value> {
  if (signal.aborted) throw signal.reason;
  return call();
}
