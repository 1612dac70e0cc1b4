import { UploadError } from "../errors.js";
import type { Clock } from "../runtime.js";
import type { Caller, Engine, Files, Uploads } from "../uploads.js";
import { systemClock } from "../default-runtime.js";

/** What one owner may ask for; absent: as much as there is. The operator is never limited. */
export interface OwnerLimits {
  /** Uploads begun in a minute; as many may begin at once after a minute of rest. */
  readonly uploadsPerMinute?: number;
  /** Calls of any kind in a minute, chunks too. */
  readonly callsPerMinute?: number;
  /** Bodies on their way in at the same time, in this process. */
  readonly writesAtOnce?: number;
}

/** How long a client waits that has too many bodies on their way. */
const writeRetryMs = 1_000;

/**
 * An engine whose calls throw `RATE_LIMITED` where an owner asks for more than his share. Limits hold for this process.
 *
 * @example
 * const engine = limitOwners(createEngine(options), { uploadsPerMinute: 600, writesAtOnce: 32 });
 */
export function limitOwners(engine: Engine, limits: OwnerLimits, clock: Clock = systemClock): Engine {
  const shares = new Map<string, Share>();
  const verbs = new WeakMap<Caller, Uploads & Files>();
  const shareOf = (owner: string): Share => {
    const known = shares.get(owner);
    if (known !== undefined) return known;
    forgetRested(shares);
    const share = newShare(limits, clock);
    shares.set(owner, share);
    return share;
  };
  return {
    ...engine,
    as: (caller) => {
      const { owner } = caller;
      if (owner === null) return engine.as(caller);
      const made = verbs.get(caller) ?? limited(engine.as(caller), () => shareOf(owner));
      verbs.set(caller, made);
      return made;
    },
  };
}

/** What an owner has used of his limits. */
interface Share {
  readonly call: Bucket;
  readonly upload: Bucket;
  readonly writes: { count: number; readonly most: number };
}

function newShare({ uploadsPerMinute, callsPerMinute, writesAtOnce }: OwnerLimits, clock: Clock): Share {
  return {
    call: bucket(callsPerMinute ?? Infinity, clock),
    upload: bucket(uploadsPerMinute ?? Infinity, clock),
    writes: { count: 0, most: writesAtOnce ?? Infinity },
  };
}

/** Many owners come and go; one who has rested for long is as new. */
const mostShares = 10_000;

function forgetRested(shares: Map<string, Share>): void {
  if (shares.size < mostShares) return;
  for (const [owner, share] of shares) {
    if (share.writes.count === 0 && share.call.isFull() && share.upload.isFull()) shares.delete(owner);
  }
}

/** A token bucket: refills evenly, holds a minute's worth. */
interface Bucket {
  /** @throws {UploadError} `RATE_LIMITED` where it is empty */
  take(): void;
  isFull(): boolean;
}

function bucket(perMinute: number, clock: Clock): Bucket {
  const most = Math.max(1, perMinute);
  let left = most;
  let at = clock.now();
  const refill = (): void => {
    const now = clock.now();
    left = perMinute === Infinity ? Infinity : Math.min(most, left + (Math.max(0, now - at) * perMinute) / 60_000);
    at = now;
  };
  return {
    take: () => {
      refill();
      if (left < 1) throw tooMuch(Math.ceil(((1 - left) * 60_000) / perMinute));
      left -= 1;
    },
    isFull: () => {
      refill();
      return left >= most;
    },
  };
}

function tooMuch(retryAfterMs: number): UploadError<"RATE_LIMITED"> {
  return new UploadError("RATE_LIMITED", `the owner's share is used up`, { retryAfterMs }, { retry: "same" });
}

function limited(inner: Uploads & Files, shareOf: () => Share): Uploads & Files {
  const counted = <Given extends readonly unknown[], Value>(
    call: (...given: Given) => Promise<Value>,
  ): ((...given: Given) => Promise<Value>) => {
    return async (...given) => {
      shareOf().call.take();
      return call(...given);
    };
  };
  return {
    policies: () => inner.policies(),
    policyFor: (path) => inner.policyFor(path),
    create: counted(async (request, options) => {
      shareOf().upload.take();
      return inner.create(request, options);
    }),
    write: counted((id, at, body, options) => oneWrite(shareOf(), () => inner.write(id, at, body, options))),
    takeOver: counted((id, options) => inner.takeOver(id, options)),
    declareSize: counted((id, size, options) => inner.declareSize(id, size, options)),
    setWire: counted((id, wire, options) => inner.setWire(id, wire, options)),
    session: counted((id, options) => inner.session(id, options)),
    status: counted((id, options) => inner.status(id, options)),
    grant: counted((id, request, options) => inner.grant(id, request, options)),
    callback: counted((id, callback, options) => inner.callback(id, callback, options)),
    complete: counted((id, options) => inner.complete(id, options)),
    abort: counted((id, options) => inner.abort(id, options)),
    sessions: counted((filter, options) => inner.sessions(filter, options)),
    find: counted((at, options) => inner.find(at, options)),
    list: counted((folder, after, limit, options) => inner.list(folder, after, limit, options)),
    makeFolder: counted((path, options) => inner.makeFolder(path, options)),
    rename: counted((id, path, options) => inner.rename(id, path, options)),
    remove: counted((id, options) => inner.remove(id, options)),
    read: counted((from, range, options) => inner.read(from, range, options)),
    signRead: counted((entryId, ttlMs, options) => inner.signRead(entryId, ttlMs, options)),
    usage: counted((options) => inner.usage(options)),
  };
}

async function oneWrite<Value>({ writes }: Share, write: () => Promise<Value>): Promise<Value> {
  if (writes.count >= writes.most) throw tooMuch(writeRetryMs);
  writes.count++;
  try {
    return await write();
  } finally {
    writes.count--;
  }
}
