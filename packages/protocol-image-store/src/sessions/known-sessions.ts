import type { Clock, EpochMs } from "@stowage/core";

/** How many are kept; one that fell out costs its next chunk a look at the store. */
const most = 4096;

/** What chunks of one session agree on. */
export interface KnownSession {
  readonly id: string;
  readonly path: string;
  readonly size: number;
  /** Until then the engine keeps the session or its tombstone, so that the id means this upload and no other. */
  readonly expiresAt: EpochMs;
}

/** Sessions that a chunk has made or found: later chunks go straight to them. */
export interface KnownSessions {
  find(owner: string | null, guid: string): KnownSession | null;
  remember(owner: string | null, guid: string, session: KnownSession): void;
}

/** Empty; the oldest go first. */
export function knownSessions(clock: Clock): KnownSessions {
  const known = new Map<string, KnownSession>();
  const keyOf = (owner: string | null, guid: string): string => `${guid} ${owner === null ? "" : `owner ${owner}`}`;
  return {
    find: (owner, guid) => {
      const session = known.get(keyOf(owner, guid)) ?? null;
      return session === null || session.expiresAt <= clock.now() ? null : session;
    },
    remember: (owner, guid, session) => {
      const key = keyOf(owner, guid);
      known.delete(key);
      known.set(key, session);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
    },
  };
}
