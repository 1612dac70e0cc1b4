import type { ChunkSink, DriverLayer, ObjectAccess, StorageDriver } from "../driver.js";
import type { DirectUploads } from "../direct.js";
import { isUploadError } from "../errors.js";
import { systemClock } from "../default-runtime.js";
import type { CallOptions, Clock } from "../runtime.js";

/** How often and how long; durations in milliseconds. */
export interface RetryOptions {
  /** Calls in all, the first among them. Default 4. */
  readonly attempts?: number;
  /** The first wait is at most this; each further one at most twice the one before. Default 200. */
  readonly baseMs?: number;
  /** No wait is longer, and a backend that asks for a longer one is not asked again. Default 30 000. */
  readonly maxWaitMs?: number;
  readonly clock?: Clock;
  /** From 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** What may be done again when nobody knows whether it happened. */
type Again = "idempotent" | "once";

/**
 * Calls that failed in passing are made again, after a random wait that grows (full jitter) and is never shorter than the
 * backend asked for. A body that can be read only once is never sent twice, and what may have happened is repeated only
 * where that is harmless: `begin` could open a second upload that nobody knows.
 *
 * @example
 * const driver = retry({ attempts: 5 })(s3({ bucket }));
 */
export function retry(options: RetryOptions = {}): DriverLayer {
  const attempt = attempts(options);
  return (inner) => {
    const { direct, objects } = inner;
    return {
      name: inner.name,
      capabilities: inner.capabilities,
      begin: (target, call) => attempt("once", call, () => inner.begin(target, call)),
      sink: (handle, target) => retriedSink(inner.sink(handle, target), attempt),
      abort: (handle, target, call) => attempt("idempotent", call, () => inner.abort(handle, target, call)),
      ...(inner.fence && {
        fence: (handle, target, call) => attempt("idempotent", call, () => inner.fence!(handle, target, call)),
      }),
      ...(direct && { direct: retriedDirect(direct, attempt) }),
      ...(objects && { objects: retriedObjects(objects, attempt) }),
      ...(inner.check && { check: (call) => inner.check!(call) }),
      // What is asked anyway in a moment needs no second try, and no turn.
      ...(inner.ping && { ping: (call) => inner.ping!(call) }),
      ...(inner.close && { close: () => inner.close!() }),
    } satisfies StorageDriver;
  };
}

type Attempt = <Value>(again: Again, call: CallOptions, work: () => Promise<Value>) => Promise<Value>;

function attempts({
  attempts: most = 4,
  baseMs = 200,
  maxWaitMs = 30_000,
  clock = systemClock,
  random = Math.random,
}: RetryOptions): Attempt {
  return async (again, { signal }, work) => {
    for (let made = 1; ; made++) {
      try {
        return await work();
      } catch (error) {
        if (made >= most || signal.aborted || !mayPass(error, again)) throw error;
        const asked = askedFor(error);
        if (asked > maxWaitMs) throw error;
        await clock.sleep(Math.max(asked, random() * Math.min(maxWaitMs, baseMs * 2 ** (made - 1))), signal, true);
        if (signal.aborted) throw error;
      }
    }
  };
}

function mayPass(error: unknown, again: Again): boolean {
  if (!isUploadError(error)) return false;
  return error.retry === "same" || (error.retry === "after-probe" && again === "idempotent");
}

function askedFor(error: unknown): number {
  if (!isUploadError(error)) return 0;
  return error.code === "BACKEND_THROTTLED" ? (error.details.retryAfterMs ?? 0) : 0;
}

function retriedSink(sink: ChunkSink, attempt: Attempt): ChunkSink {
  return {
    // The same bytes at the same offset give a receipt that is as good.
    write: (chunk, call) =>
      chunk.body.oneShot ? sink.write(chunk, call) : attempt("idempotent", call, () => sink.write(chunk, call)),
    ...(sink.settled && { settled: (receipt) => sink.settled!(receipt) }),
    complete: (receipts, call) => attempt("idempotent", call, () => sink.complete(receipts, call)),
    probe: (call) => attempt("idempotent", call, () => sink.probe(call)),
  };
}

function retriedDirect(direct: DirectUploads, attempt: Attempt): DirectUploads {
  return {
    recipe: direct.recipe,
    maxTtlMs: direct.maxTtlMs,
    grant: (handle, target, request, call) =>
      attempt("idempotent", call, () => direct.grant(handle, target, request, call)),
    ...(direct.verifyCallback && { verifyCallback: (...given) => direct.verifyCallback!(...given) }),
  };
}

function retriedObjects(objects: ObjectAccess, attempt: Attempt): ObjectAccess {
  return {
    stat: (key, call) => attempt("idempotent", call, () => objects.stat(key, call)),
    // Until there is a source; what breaks while it is read is its reader's to begin again.
    ...(objects.read && {
      read: (key, range, call) => attempt("idempotent", call, () => objects.read!(key, range, call)),
    }),
    remove: (key, call) => attempt("idempotent", call, () => objects.remove(key, call)),
    ...(objects.signRead && {
      signRead: (key, ttlMs, call) => attempt("idempotent", call, () => objects.signRead!(key, ttlMs, call)),
    }),
  };
}
