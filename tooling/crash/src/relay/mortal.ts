import type { ChunkSink, StorageDriver } from "@stowage/core";
import type { EngineOptions } from "@stowage/core/engine";
import type { Draft, Shelf, Spool } from "@stowage/driver-relay";

type Store = EngineOptions["store"];

/** The process is gone: its calls never come back. */
const never = new Promise<never>(() => {});

/** A process that dies around one of its calls to the store, to the inner driver or to the spool. */
export interface Mortal {
  readonly store: (store: Store) => Store;
  readonly driver: (driver: StorageDriver) => StorageDriver;
  readonly spool: (spool: Spool) => Spool;
  /** Resolves when the process has died, and calls that were under way have had their effect. */
  readonly died: Promise<void>;
  /** Closes what the system would have closed. For the end of a test: files that are still there are removed. */
  bury(): Promise<void>;
}

type Step = <Value>(call: () => Promise<Value>) => Promise<Value>;

/** Dies at the n-th call: `before` it has any effect, or `after` its whole effect, before the answer. Then it does nothing any more. */
export function mortal(at: number, when: "before" | "after"): Mortal {
  let count = 0;
  let isDead = false;
  const underWay = new Set<Promise<unknown>>();
  let die = (): void => {};
  const dead = new Promise<void>((resolve) => (die = resolve));
  const died = dead.then(async () => {
    // One that waits for a body that never comes never ends.
    await Promise.race([Promise.allSettled(underWay), new Promise((resolve) => setTimeout(resolve, 200))]);
  });
  const kill = (): Promise<never> => {
    isDead = true;
    die();
    return never;
  };
  const step: Step = async (call) => {
    if (isDead) return never;
    const mine = ++count;
    if (mine === at && when === "before") return kill();
    const effect = call();
    underWay.add(effect);
    const value = await effect.finally(() => underWay.delete(effect));
    if (isDead || (mine === at && when === "after")) return kill();
    return value;
  };
  const drafts = new Set<Draft>();
  return {
    died,
    bury: async () => {
      for (const draft of drafts) await draft.drop();
    },
    store: (store) => stepped(store, step, ["changed"]),
    driver: (driver) => mortalDriver(driver, step),
    spool: (spool) => ({
      ...stepped(spool, step, []),
      shelf: (upload, expiresAt) => mortalShelf(spool.shelf(upload, expiresAt), step, drafts),
    }),
  };
}

function mortalDriver(driver: StorageDriver, step: Step): StorageDriver {
  return {
    ...stepped(driver, step, ["sink", "ping", "close"]),
    name: driver.name,
    capabilities: driver.capabilities,
    sink: (handle, target): ChunkSink => stepped(driver.sink(handle, target), step, []),
    ...(driver.objects === undefined ? {} : { objects: stepped(driver.objects, step, []) }),
  };
}

function mortalShelf(shelf: Shelf, step: Step, drafts: Set<Draft>): Shelf {
  const draft = (): Promise<Draft> =>
    step(async () => {
      const open = await shelf.draft();
      drafts.add(open);
      return stepped(open, step, []);
    });
  return { ...stepped(shelf, step, ["read"]), draft };
}

/** Each method but the `free` ones is a step. */
function stepped<Target extends object>(target: Target, step: Step, free: readonly string[]): Target {
  const members = Object.entries(target).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function" || free.includes(name)) return [name, member];
    const call = member as (...given: unknown[]) => Promise<unknown>;
    return [name, (...given: unknown[]) => step(() => call.apply(target, given))];
  });
  return Object.fromEntries(members) as Target;
}
