import {
  type CallOptions,
  defineDriver,
  type DriverCapabilities,
  type Runtime,
  type StorageDriver,
} from "@stowage/core";
import { awsEndpoint, bucketAddress } from "@stowage/s3-wire";
import { abort } from "./abort.js";
import { begin } from "./begin.js";
import { check } from "./check/check.js";
import { complete } from "./complete/complete.js";
import type { S3Context } from "./context.js";
import { controlOf } from "./control/control.js";
import { signingBy } from "./control/signing-by.js";
import { grant } from "./direct/grant.js";
import { mostLifeMs } from "./direct/life-of.js";
import { driverName } from "./errors.js";
import { fence } from "./fence.js";
import { parseHandle, toJson } from "./handle.js";
import { storeKey } from "./keys.js";
import { findObject } from "./objects/find-object.js";
import { read } from "./objects/read.js";
import { removeKey } from "./objects/remove-key.js";
import { signRead } from "./objects/sign-read.js";
import { type S3Options, s3OptionsSchema, type S3Settings } from "./options.js";
import { type Preset, presets } from "./presets.js";
import { probe } from "./probe.js";
import { spareBuffers } from "@stowage/core/node";
import { write } from "./write/write.js";

/** Four chunks of the default size. */
const mostSpare = 32 * 1024 * 1024;

/**
 * Stows objects in a bucket of S3, or of a store that speaks like it: one multipart upload for each upload, one PUT for
 * each chunk. Clients may send the parts themselves.
 *
 * @example
 * const driver = s3({ bucket: "films", region: "eu-central-1" }, nodeRuntime());
 */
export const s3 = defineDriver<S3Options>({
  name: driverName,
  schema: s3OptionsSchema,
  create: (options, runtime) => createS3(contextOf(s3OptionsSchema.parse(options), runtime)),
});

function createS3(context: S3Context): StorageDriver {
  const { settings, control } = context;
  return {
    name: driverName,
    capabilities: capabilitiesOf(context.preset),
    begin: (target, options) => begin(context, target, options),
    sink: (stored, target) => {
      const handle = parseHandle(stored);
      return {
        write: (chunk, options) => write(context, handle, target, chunk, options),
        complete: (receipts, options) => complete(context, handle, target, receipts, options),
        probe: (options) => probe(context, handle, target, options),
      };
    },
    abort: (stored, target, options) => abort(context, stored === null ? null : parseHandle(stored), target, options),
    fence: (stored, _target, options) => unlessAborted(options, () => toJson(fence(parseHandle(stored)))),
    direct: {
      recipe: "parts",
      maxTtlMs: mostLifeMs,
      grant: (stored, target, request) => grant(context, parseHandle(stored), target, request),
    },
    objects: {
      stat: async (key, options) => (await findObject(context, key, options))?.object ?? null,
      read: (key, range, options) => read(context, key, range, options),
      remove: (key, options) => removeKey(context, storeKey(settings.prefix, key), options),
      signRead: (key, ttlMs) => signRead(context, key, ttlMs),
    },
    check: (options) => check(context, options),
    close: () => Promise.resolve(control.close()),
  };
}

function capabilitiesOf({ part, maxObjectSize }: Preset): DriverCapabilities {
  return {
    ordering: { kind: "any", maxParallel: 64 },
    part,
    maxObjectSize,
    deferredSize: true,
    // Content-MD5, which every store of the family compares.
    checksums: ["md5"],
  };
}

function contextOf(settings: S3Settings, runtime: Runtime): S3Context {
  const { bucket, region, credentials } = settings;
  const preset = presetOf(settings);
  const endpoint = settings.endpoint ?? awsEndpoint(region);
  const style = settings.addressing ?? preset.addressing;
  const address = bucketAddress({ bucket, endpoint, style });
  const control = controlOf({
    region,
    endpoint,
    forcePathStyle: address.style === "path",
    ...(credentials === undefined ? {} : { credentials: withoutUndefined(credentials) }),
  });
  return {
    settings,
    preset,
    runtime,
    control,
    address,
    directAddress: bucketAddress({ bucket, endpoint: settings.directEndpoint ?? endpoint, style }),
    signing: signingBy(control, region),
    spares: spareBuffers(Math.min(runtime.memory.total, mostSpare)),
    sources: new WeakMap(),
  };
}

/** With the store's own limits in place of the preset's. */
function presetOf({ preset, endpoint, part }: S3Settings): Preset {
  const named: Preset = presets[preset ?? (endpoint === undefined ? "aws" : "generic")];
  const { minSize = named.part.minSize, maxSize = named.part.maxSize, maxCount = named.part.maxCount } = part;
  return { ...named, part: { ...named.part, minSize, maxSize, maxCount } };
}

function withoutUndefined({ accessKeyId, secretAccessKey, sessionToken }: NonNullable<S3Settings["credentials"]>): {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
} {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

async function unlessAborted<Value>({ signal }: CallOptions, call: () => Value): Promise<Value> {
  if (signal.aborted) throw signal.reason;
  return call();
}
