import { defineDriver, type DriverCapabilities, type Runtime, type StorageDriver } from "@stowage/core";
import { abort } from "./abort.js";
import { accessOf } from "./access/access.js";
import type { SignUrl } from "./access/sign-url.js";
import { readAccount } from "./access/account.js";
import { begin } from "./begin.js";
import { check } from "./check/check.js";
import { ping } from "./check/ping.js";
import { complete } from "./complete/complete.js";
import type { AzureContext } from "./context.js";
import { grant } from "./direct/grant.js";
import { recentKeys } from "./direct/recent-keys.js";
import { mostLifeMs } from "./direct/life-of.js";
import { driverName } from "./errors.js";
import { parseHandle } from "./handle.js";
import { blobName } from "./keys.js";
import { mostBlockBytes, mostBlocks, mostObjectBytes } from "./limits.js";
import { findObject } from "./objects/find-object.js";
import { read } from "./objects/read.js";
import { removeBlob } from "./objects/remove-blob.js";
import { signRead } from "./objects/sign-read.js";
import { type AzureBlobOptions, azureBlobOptionsSchema, type AzureBlobSettings } from "./options.js";
import { probe } from "./probe.js";
import { controlOf } from "./wire/control.js";
import { spareBuffers } from "@stowage/core/node";
import { write } from "./write/write.js";

/** Four blocks of the usual size. */
const mostSpare = 32 * 1024 * 1024;

/**
 * Stows objects in a container of Azure's Blob service, as block blobs: a chunk of any size is one block or several, in any
 * order. Clients may send the blocks themselves.
 *
 * @example
 * const driver = azureBlob({ container: "films", connectionString }, nodeRuntime());
 */
export const azureBlob = defineDriver<AzureBlobOptions>({
  name: driverName,
  schema: azureBlobOptionsSchema,
  create: (options, runtime) => createAzureBlob(contextOf(azureBlobOptionsSchema.parse(options), runtime)),
});

const capabilities: DriverCapabilities = {
  ordering: { kind: "any", maxParallel: 64 },
  part: { minSize: 1, maxSize: mostBlockBytes, maxCount: mostBlocks },
  maxObjectSize: mostObjectBytes,
  deferredSize: true,
  unsizedBody: true,
  partialChunks: true,
  passiveBegin: true,
  checksums: ["md5"],
};

function createAzureBlob(context: AzureContext): StorageDriver {
  const { settings, access } = context;
  return {
    name: driverName,
    capabilities,
    begin: (target, options) => begin(context, target, options),
    sink: (stored, target) => {
      const handle = parseHandle(stored);
      return {
        write: (chunk, options) => write(context, handle, target, chunk, options),
        complete: (receipts, options) => complete(context, handle, target, receipts, options),
        probe: (options) => probe(context, handle, target, options),
      };
    },
    abort: (_stored, target, options) => abort(context, target, options),
    ...(access.sign === null ? {} : { direct: directOf(context, access.sign) }),
    objects: {
      stat: async (key, options) => (await findObject(context, key, options))?.object ?? null,
      read: (key, range, options) => read(context, key, range, options),
      remove: (key, options) => removeBlob(context, blobName(settings.prefix, key), options),
      ...(access.sign === null ? {} : { signRead: (key, ttlMs, options) => signRead(context, key, ttlMs, options) }),
    },
    check: (options) => check(context, options),
    ping: (options) => ping(context, options),
  };
}

function directOf(context: AzureContext, sign: SignUrl): NonNullable<StorageDriver["direct"]> {
  return {
    recipe: "parts",
    maxTtlMs: mostLifeMs,
    grant: async (stored, target, request, { signal }) => {
      if (signal.aborted) throw signal.reason;
      return grant(context, sign, parseHandle(stored), target, request);
    },
  };
}

function contextOf(settings: AzureBlobSettings, runtime: Runtime): AzureContext {
  const account = readAccount(settings);
  const control = controlOf(account, settings.container);
  return {
    settings,
    account,
    runtime,
    control,
    access: accessOf(account, settings.container, runtime.clock, async (from, until) => {
      const call = { operation: "GetUserDelegationKey" };
      const options = { signal: AbortSignal.timeout(30_000) };
      return control.demand(call, options, (abortSignal) =>
        control.service.getUserDelegationKey(new Date(from), new Date(until), { abortSignal }),
      );
    }),
    spares: spareBuffers(Math.min(runtime.memory.total, mostSpare)),
    sources: new WeakMap(),
    copying: { isKnown: true },
    direct: recentKeys(),
  };
}
