import { defineDriver } from "@stowage/core";
import type { CallOptions, DriverCapabilities, Json, Runtime, StorageDriver, UploadTarget } from "@stowage/core";
import { grant, mostLifeMs } from "./direct/grant.js";
import { verifyCallback } from "./direct/verify-callback.js";
import { driverName } from "./errors.js";
import { parseHandle, toJson, uploadHandle } from "./handle.js";
import { check } from "./node/check.js";
import { ping } from "./node/ping.js";
import { nodeApi } from "./node-api.js";
import { findFile } from "./objects/find-file.js";
import { read } from "./objects/read.js";
import { removeFiles } from "./objects/remove-files.js";
import { signRead } from "./objects/sign-read.js";
import { remoteOptionsSchema } from "./options.js";
import type { RemoteOptions, RemoteSettings } from "./options.js";
import type { UploadContext } from "./upload-context.js";
import { abort } from "./uploads/abort.js";
import { complete } from "./uploads/complete.js";
import { openUpload } from "./uploads/open-upload.js";
import { probe } from "./uploads/probe.js";
import { write } from "./uploads/write.js";

/** What the protocol with a node can say, and so the same for every node; what stands behind one is the node's own affair. */
const capabilities: DriverCapabilities = {
  ordering: { kind: "any", maxParallel: 64 },
  // A chunk is known by its index alone, so all have one size.
  part: { minSize: 1, maxSize: Number.MAX_SAFE_INTEGER, maxCount: 1_000_000, uniform: true },
  // The node compares what comes again, and refuses what differs.
  writeOnce: true,
};

/**
 * Stows objects in a storage node of Cloudreve's kind: another gateway in the role of a slave. Clients may send their
 * chunks to the node themselves.
 *
 * @example
 * const driver = remote({ url: "https://node.example", key: process.env.NODE_KEY }, nodeRuntime());
 */
export const remote = defineDriver<RemoteOptions>({
  name: driverName,
  schema: remoteOptionsSchema,
  create: (options, runtime) => createRemote(remoteOptionsSchema.parse(options), runtime),
});

function createRemote(settings: RemoteSettings, runtime: Runtime): StorageDriver {
  const node = nodeApi(settings, runtime);
  const upload = (stored: Json, target: UploadTarget): UploadContext => ({ node, target, ...parseHandle(stored) });
  return {
    name: driverName,
    capabilities,
    begin: async (target, options) => {
      const handle = uploadHandle(target);
      await openUpload({ node, target, ...handle }, null, options);
      return toJson(handle);
    },
    sink: (stored, target) => {
      const context = upload(stored, target);
      return {
        write: (chunk, options) => write(context, chunk, options),
        complete: (receipts, options) => complete(context, receipts, options),
        probe: (options) => unlessAborted(options, () => probe(context, options)),
      };
    },
    abort: (_handle, target, options) => abort(node, target, options),
    direct: {
      recipe: "parts",
      maxTtlMs: mostLifeMs,
      grant: (stored, target, request, options) =>
        unlessAborted(options, () => grant(upload(stored, target), request, options)),
      verifyCallback: (_handle, _target, callback) => verifyCallback(node, callback),
    },
    objects: {
      stat: (key, options) => findFile(node, key, options),
      read: (key, range, options) => read(node, key, range, options),
      remove: (key, options) => removeFiles(node, [key], options),
      signRead: (key, ttlMs) => signRead(node, key, ttlMs),
    },
    ping: (options) => unlessAborted(options, () => ping(node, options)),
    check: (options) => unlessAborted(options, () => check(node, options)),
  };
}

async function unlessAborted<Value>({ signal }: CallOptions, call: () => Promise<Value>): Promise<Value> {
  if (signal.aborted) throw signal.reason;
  return call();
}
