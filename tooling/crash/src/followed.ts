import type { StorageDriver } from "@stowage/core";

/** A driver whose calls can be waited for. */
export interface Followed {
  readonly driver: StorageDriver;
  /** Until no call is under way any more, however they end. */
  ended(): Promise<void>;
}

/** What a process that was killed had sent is at the backend or not, but does not arrive a week later. */
export function followed(driver: StorageDriver): Followed {
  const running = new Set<Promise<unknown>>();
  const follow = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (_, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function") return member;
        return (...given: unknown[]) => {
          const result = (member as (...args: unknown[]) => unknown).apply(target, given);
          if (name === "sink") return follow(result as object);
          if (!(result instanceof Promise)) return result;
          running.add(result);
          const end = (): void => void running.delete(result);
          result.then(end, end);
          return result;
        };
      },
    });
  return {
    driver: follow(driver),
    ended: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
