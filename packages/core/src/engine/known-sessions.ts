import type { Clock } from "../runtime.js";
import type { UploadSession } from "../session.js";

/** How many are kept; one that fell out costs its next writer a look at the store. */
const most = 1024;

/**
 * Sessions that were open with a plan when they were last seen: enough to say where a chunk belongs and whose it is.
 * Owner, policy and plan of such a session never change; all else is read under the writer's claim.
 */
export interface KnownSessions {
  /** `null`: not known, or expired as far as is known. */
  find(id: string): UploadSession | null;
  /** Does nothing for a session whose writers need more than its plan. */
  remember(session: UploadSession): void;
  /** It ended, or somebody made another with its id. */
  forget(id: string): void;
}

/** Empty; the least recently used go first. */
export function knownSessions(clock: Clock): KnownSessions {
  const known = new Map<string, UploadSession>();
  return {
    find: (id) => {
      const session = known.get(id);
      if (session === undefined || session.expiresAt <= clock.now()) return null;
      known.delete(id);
      known.set(id, session);
      return session;
    },
    remember: (session) => {
      const { id, state, target, transfer } = session;
      if (state !== "open" || target.plan === null || target.size === 0 || transfer === "direct") return;
      known.delete(id);
      known.set(id, session);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
    },
    forget: (id) => void known.delete(id),
  };
}
