/** Keys that were met lately. */
export interface RecentKeys {
  add(key: string): void;
  has(key: string): boolean;
  delete(key: string): void;
}

const most = 10_000;

/**
 * The ten thousand keys that were added last. Those that are forgotten, or were another process's, cost nothing but time:
 * the service drops blocks after a week that nobody commits.
 */
export function recentKeys(): RecentKeys {
  const keys = new Set<string>();
  return {
    add: (key) => {
      keys.delete(key);
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > most && oldest !== undefined) keys.delete(oldest);
    },
    has: (key) => keys.has(key),
    delete: (key) => void keys.delete(key),
  };
}
