import type { StorageDriver } from "../../src/index.js";
import type { EngineOptions } from "../../src/engine/index.js";

type Store = EngineOptions["store"];

/** The process is gone: its calls never come back. */
const never = new Promise<never>(() => {});

export interface Crash {
  readonly store: Store;
  readonly driver: StorageDriver;
  /** Resolves when the process has died. */
  readonly died: Promise<void>;
  /** Calls so far: how many crash points a run has. */
  readonly calls: () => number;
}

/**
 * A process that dies around its n-th call to the store or the driver: `before` the call has any effect, or
 * `after` it had its whole effect and before the answer came back. From then on it does nothing any more.
 */
export function crashing(store: Store, driver: StorageDriver, at: number, when: "before" | "after"): Crash {
  let count = 0;
  let isDead = false;
  let die = (): void => {};
  const died = new Promise<void>((resolve) => (die = resolve));
  const kill = (): Promise<never> => {
    isDead = true;
    die();
    return never;
  };
  const step = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    if (isDead) return never;
    const mine = ++count;
    if (mine === at && when === "before") return kill();
    const value = await call();
    if (isDead || (mine === at && when === "after")) return kill();
    return value;
  };
  const wrap = <Target extends object>(target: Target, free: readonly string[]): Target =>
    new Proxy(target, {
      get: (_, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function" || free.includes(String(name))) return member;
        return (...given: unknown[]) =>
          step(() => (member as (...args: unknown[]) => Promise<unknown>).apply(target, given));
      },
    });
  const outer: StorageDriver = {
    ...wrap(driver, ["sink"]),
    name: driver.name,
    capabilities: driver.capabilities,
    begin: (target, options) => step(() => driver.begin(target, options)),
    abort: (handle, target, options) => step(() => driver.abort(handle, target, options)),
    sink: (handle, target) => wrap(driver.sink(handle, target), []),
    ...(driver.objects === undefined ? {} : { objects: wrap(driver.objects, []) }),
    ...(driver.direct === undefined ? {} : { direct: wrap(driver.direct, []) }),
  };
  return { store: wrap(store, ["changed"]), driver: outer, died, calls: () => count };
}
