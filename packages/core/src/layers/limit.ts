import type { ChunkSink, DriverLayer, ObjectAccess, StorageDriver } from "../driver.js";
import type { CallOptions } from "../runtime.js";

/**
 * At most so many calls of a driver are on their way to its backend at once; the others wait in line, first come first
 * served, and their bodies wait with them. A `write` counts for as long as its body comes in, and one place of several is
 * kept from them, so that slow senders hold up no completion, abort or download. A `read` counts until its source is there.
 * One layer limits all drivers that it is put on together: those of one backend.
 *
 * @example
 * const atMost = limit(64);
 * const policies = [{ id: "a", driver: atMost(s3(one)) }, { id: "b", driver: atMost(s3(other)) }];
 */
export function limit(most: number): DriverLayer {
  const inTurn = turnstile(most);
  const amongWrites = turnstile(Math.max(1, most - 1));
  const writeInTurn: InTurn = (call, work) => amongWrites(call, () => inTurn(call, work));
  return (inner) => {
    const { objects } = inner;
    return {
      name: inner.name,
      capabilities: inner.capabilities,
      begin: (target, call) => inTurn(call, () => inner.begin(target, call)),
      sink: (handle, target) => limitedSink(inner.sink(handle, target), inTurn, writeInTurn),
      abort: (handle, target, call) => inTurn(call, () => inner.abort(handle, target, call)),
      ...(inner.fence && { fence: (handle, target, call) => inTurn(call, () => inner.fence!(handle, target, call)) }),
      // Signing asks nobody.
      ...(inner.direct && { direct: inner.direct }),
      ...(objects && { objects: limitedObjects(objects, inTurn) }),
      ...(inner.check && { check: (call) => inTurn(call, () => inner.check!(call)) }),
      // What is asked anyway in a moment needs no second try, and no turn.
      ...(inner.ping && { ping: (call) => inner.ping!(call) }),
      ...(inner.close && { close: () => inner.close!() }),
    } satisfies StorageDriver;
  };
}

type InTurn = <Value>(call: CallOptions, work: () => Promise<Value>) => Promise<Value>;

/** Who gives up waiting leaves the line, and rejects with his signal's reason. */
function turnstile(most: number): InTurn {
  const waiting = new Set<() => void>();
  let inside = 0;
  const enter = ({ signal }: CallOptions): Promise<void> | null => {
    signal.throwIfAborted();
    if (inside < most) {
      inside++;
      return null;
    }
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(admit);
        reject(signal.reason as Error);
      };
      waiting.add(admit);
      signal.addEventListener("abort", leave, { once: true });
    });
  };
  const exit = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      inside--;
      return;
    }
    // The place goes from hand to hand, so that nobody who has just come takes it.
    waiting.delete(next);
    next();
  };
  return async (call, work) => {
    await enter(call);
    try {
      return await work();
    } finally {
      exit();
    }
  };
}

function limitedSink(sink: ChunkSink, inTurn: InTurn, writeInTurn: InTurn): ChunkSink {
  return {
    write: (chunk, call) => writeInTurn(call, () => sink.write(chunk, call)),
    ...(sink.settled && { settled: (receipt) => sink.settled!(receipt) }),
    complete: (receipts, call) => inTurn(call, () => sink.complete(receipts, call)),
    probe: (call) => inTurn(call, () => sink.probe(call)),
  };
}

function limitedObjects(objects: ObjectAccess, inTurn: InTurn): ObjectAccess {
  return {
    stat: (key, call) => inTurn(call, () => objects.stat(key, call)),
    ...(objects.read && { read: (key, range, call) => inTurn(call, () => objects.read!(key, range, call)) }),
    remove: (key, call) => inTurn(call, () => objects.remove(key, call)),
    ...(objects.signRead && { signRead: (key, ttlMs, call) => objects.signRead!(key, ttlMs, call) }),
  };
}
