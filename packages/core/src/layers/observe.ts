import type { ChunkSink, DriverLayer, ObjectAccess, StorageDriver } from "../driver.js";
import type { DirectUploads } from "../direct.js";
import type { Json } from "../runtime.js";
import type { UploadTarget } from "../target.js";

/** A driver's method that asks its backend for something. */
export type DriverOperation =
  | "begin"
  | "write"
  | "complete"
  | "probe"
  | "abort"
  | "fence"
  | "grant"
  | "verifyCallback"
  | "stat"
  | "read"
  | "remove"
  | "signRead"
  | "check"
  | "ping";

/** One call of a driver. */
export interface DriverCall {
  /** `StorageDriver.name`. */
  readonly driver: string;
  readonly operation: DriverOperation;
}

/**
 * Hears of each call as it begins. What it returns hears of its end: `undefined`, or what was thrown. Neither may throw.
 * A `read` ends when its source is there, not when that has been read.
 */
export type ObserveCall = (call: DriverCall) => (error?: unknown) => void;

/**
 * Tells somebody of every call of a driver: metrics, spans. Owns no part of the handle, so the driver keeps its name.
 *
 * @example
 * const timed = observe(({ operation }) => { const end = timer(operation); return () => end(); });
 * const driver = timed(local({ root }));
 */
export function observe(begin: ObserveCall): DriverLayer {
  return (inner) => {
    const { name } = inner;
    const told = async <Value>(operation: DriverOperation, call: () => Promise<Value>): Promise<Value> => {
      const end = begin({ driver: name, operation });
      try {
        const value = await call();
        end();
        return value;
      } catch (error) {
        end(error ?? "nothing");
        throw error;
      }
    };
    return observed(inner, told);
  };
}

type Told = <Value>(operation: DriverOperation, call: () => Promise<Value>) => Promise<Value>;

function observed(inner: StorageDriver, told: Told): StorageDriver {
  const { direct, objects } = inner;
  return {
    name: inner.name,
    capabilities: inner.capabilities,
    begin: (target, options) => told("begin", () => inner.begin(target, options)),
    sink: (handle, target) => observedSink(inner, handle, target, told),
    abort: (handle, target, options) => told("abort", () => inner.abort(handle, target, options)),
    ...(inner.fence && { fence: (...given) => told("fence", () => inner.fence!(...given)) }),
    ...(direct && { direct: observedDirect(direct, told) }),
    ...(objects && { objects: observedObjects(objects, told) }),
    ...(inner.check && { check: (options) => told("check", () => inner.check!(options)) }),
    ...(inner.ping && { ping: (options) => told("ping", () => inner.ping!(options)) }),
    ...(inner.close && { close: () => inner.close!() }),
  };
}

function observedSink(inner: StorageDriver, handle: Json, target: UploadTarget, told: Told): ChunkSink {
  const sink = inner.sink(handle, target);
  return {
    write: (chunk, options) => told("write", () => sink.write(chunk, options)),
    ...(sink.settled && { settled: (receipt) => sink.settled!(receipt) }),
    complete: (receipts, options) => told("complete", () => sink.complete(receipts, options)),
    probe: (options) => told("probe", () => sink.probe(options)),
  };
}

function observedDirect(direct: DirectUploads, told: Told): DirectUploads {
  return {
    recipe: direct.recipe,
    maxTtlMs: direct.maxTtlMs,
    grant: (...given) => told("grant", () => direct.grant(...given)),
    ...(direct.verifyCallback && {
      verifyCallback: (...given) => told("verifyCallback", () => direct.verifyCallback!(...given)),
    }),
  };
}

function observedObjects(objects: ObjectAccess, told: Told): ObjectAccess {
  return {
    stat: (key, options) => told("stat", () => objects.stat(key, options)),
    ...(objects.read && { read: (key, range, options) => told("read", () => objects.read!(key, range, options)) }),
    remove: (key, options) => told("remove", () => objects.remove(key, options)),
    ...(objects.signRead && { signRead: (...given) => told("signRead", () => objects.signRead!(...given)) }),
  };
}
