import {
  type CallOptions,
  type CheckFinding,
  type ChunkSink,
  completeRuntime,
  type DriverCapabilities,
  type Json,
  type Runtime,
  type StorageDriver,
  type UploadTarget,
} from "@stowage/core";
import { abort } from "./abort.js";
import { begin } from "./begin.js";
import { complete } from "./complete/complete.js";
import { fence } from "./fence.js";
import { settled } from "./fill/settled.js";
import { printHandle } from "./handle.js";
import { type RelayOptions, settingsOf } from "./options.js";
import { probe } from "./probe.js";
import { type RelayContext, relayUpload } from "./relay-upload.js";
import { sweeper } from "./sweeper.js";
import { uploadsHere } from "./uploads-here.js";
import { write } from "./write/write.js";

/**
 * Makes a driver of another one that takes chunks of any size, in any order, of unknown length, and lays them on parts
 * that the inner one takes. Acknowledged bytes are in its spool or at the inner backend, whatever crashes.
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 * @example
 * const driver = relay(s3({ bucket: "films" }), { spool: directorySpool("/var/spool/stowage") }, nodeRuntime());
 */
export function relay(inner: StorageDriver, options: RelayOptions, runtime: Partial<Runtime> = {}): StorageDriver {
  const settings = settingsOf(options);
  const { ordering } = inner.capabilities;
  const uploads = uploadsHere(ordering.kind === "sequential" ? 1 : ordering.maxParallel);
  const context: RelayContext = { inner, settings, runtime: completeRuntime(runtime), uploads };
  const sweepNowAndThen = sweeper(context);
  return {
    name: `relay(${inner.name})`,
    capabilities: capabilitiesOf(inner),
    begin: (target, call) => {
      sweepNowAndThen();
      return begin(context, target, call);
    },
    sink: (stored, target) => sinkOf(context, stored, target),
    abort: (stored, target, call) => abort(context, stored, target, call),
    ...(inner.fence && {
      fence: async (stored, target, call) => {
        const innerFence: NonNullable<StorageDriver["fence"]> = (...given) => inner.fence!(...given);
        return printHandle(await fence(relayUpload(context, stored, target), innerFence, call));
      },
    }),
    ...(inner.objects && { objects: inner.objects }),
    check: (call) => check(context, call),
    ping: async (call) => {
      await settings.spool.ping?.();
      await inner.ping?.(call);
    },
    close: async () => {
      await uploads.close();
      await inner.close?.();
    },
  };
}

function sinkOf(context: RelayContext, stored: Json, target: UploadTarget): ChunkSink {
  const upload = relayUpload(context, stored, target);
  return {
    write: (chunk, call) => write(upload, chunk, call),
    settled: async (receipt) => {
      try {
        await settled(upload, receipt);
      } catch (error) {
        // Nobody waits for it. The next chunk tries again, and completion does at the latest.
        const fields = { sessionId: target.sessionId, error: String(error) };
        if (!upload.here.ended) context.runtime.log.warn(fields, "relay: a cell could not be sent yet");
      }
    },
    complete: (receipts, call) => complete(upload, receipts, call),
    probe: (call) => probe(upload, call),
  };
}

/** Anything goes, within what the inner backend can hold. */
function capabilitiesOf({ capabilities, objects }: StorageDriver): DriverCapabilities {
  const { part, passiveBegin, maxObjectSize = Infinity, deferredSize } = capabilities;
  const most = Math.min(maxObjectSize, part.maxSize * part.maxCount);
  return {
    ordering: { kind: "any", maxParallel: 64 },
    part: { minSize: 1, maxSize: Number.MAX_SAFE_INTEGER, maxCount: Number.MAX_SAFE_INTEGER },
    ...(most <= Number.MAX_SAFE_INTEGER ? { maxObjectSize: most } : {}),
    ...(deferredSize === true || objects !== undefined ? { deferredSize: true } : {}),
    unsizedBody: true,
    partialChunks: true,
    ...(passiveBegin === true ? { passiveBegin } : {}),
  };
}

async function check({ inner, settings }: RelayContext, call: CallOptions): Promise<readonly CheckFinding[]> {
  return [...((await settings.spool.check?.()) ?? []), ...((await inner.check?.(call)) ?? [])];
}
