import type { Files, Uploads } from "@stowage/core";

/** Runs a call of the engine; must return what `call` returns, and throw what it throws. */
export type Around = <Value>(verb: string, call: () => Promise<Value>) => Promise<Value>;

/** The same verbs, each call of one that may wait handed to `around`. */
export function aroundVerbs(inner: Uploads & Files, around: Around): Uploads & Files {
  return {
    policies: () => inner.policies(),
    policyFor: (path) => inner.policyFor(path),
    create: (...given) => around("create", () => inner.create(...given)),
    write: (...given) => around("write", () => inner.write(...given)),
    takeOver: (...given) => around("takeOver", () => inner.takeOver(...given)),
    declareSize: (...given) => around("declareSize", () => inner.declareSize(...given)),
    setWire: (...given) => around("setWire", () => inner.setWire(...given)),
    session: (...given) => around("session", () => inner.session(...given)),
    status: (...given) => around("status", () => inner.status(...given)),
    grant: (...given) => around("grant", () => inner.grant(...given)),
    callback: (...given) => around("callback", () => inner.callback(...given)),
    complete: (...given) => around("complete", () => inner.complete(...given)),
    abort: (...given) => around("abort", () => inner.abort(...given)),
    sessions: (...given) => around("sessions", () => inner.sessions(...given)),
    find: (...given) => around("find", () => inner.find(...given)),
    list: (...given) => around("list", () => inner.list(...given)),
    makeFolder: (...given) => around("makeFolder", () => inner.makeFolder(...given)),
    rename: (...given) => around("rename", () => inner.rename(...given)),
    remove: (...given) => around("remove", () => inner.remove(...given)),
    read: (...given) => around("read", () => inner.read(...given)),
    signRead: (...given) => around("signRead", () => inner.signRead(...given)),
    usage: (...given) => around("usage", () => inner.usage(...given)),
  };
}
