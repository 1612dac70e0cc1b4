import type { Clock, EpochMs } from "@stowage/core";

/** So many in a row cost nothing; after that each doubles the wait. */
const freeOf = { email: 5, peer: 20 };
const firstDelayMs = 1_000;
const longestDelayMs = 60_000;
/** Without another wrong one, all is forgotten. */
const memoryMs = 15 * 60_000;
const mostRemembered = 10_000;

/**
 * Slows guesses down, for each email and each address that they come from. Where an email was signed in from before, only
 * the wrong ones from there count, so that a stranger's guesses do not lock its owner out. Kept in memory, for this process.
 */
export interface WrongPasswords {
  /**
   * Counts an attempt as wrong before anybody knows, so that many at once gain nothing. A number: too many came lately, wait
   * so many milliseconds; such a refusal counts for nothing. Else what to call when the password was right.
   */
  begin(email: string, peer: string | null): number | (() => void);
}

interface Tries {
  count: number;
  lastAt: EpochMs;
}

export function wrongPasswords({ now }: Pick<Clock, "now">): WrongPasswords {
  const emails = new Map<string, Tries>();
  const peers = new Map<string, Tries>();
  const homes = new Map<string, Tries>();
  return {
    begin: (email, peer) => {
      const network = peer === null ? null : networkOf(peer);
      const home = network === null ? null : `${network} ${email}`;
      const [counted, key] = home !== null && homes.has(home) ? [homes, home] : [emails, email];
      const at = now();
      const wait = Math.max(
        waitOf(counted.get(key), freeOf.email, at),
        network === null ? 0 : waitOf(peers.get(network), freeOf.peer, at),
      );
      if (wait > 0) return wait;
      count(counted, key, at);
      if (network !== null) count(peers, network, at);
      return () => {
        counted.delete(key);
        if (home !== null) put(homes, home, { count: 0, lastAt: at });
        const tries = network === null ? undefined : peers.get(network);
        if (tries !== undefined) tries.count--;
      };
    },
  };
}

function waitOf(tries: Tries | undefined, free: number, at: EpochMs): number {
  if (tries === undefined || tries.count < free) return 0;
  const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (tries.count - free));
  return at - tries.lastAt >= memoryMs ? 0 : Math.max(0, tries.lastAt + delay - at);
}

function count(all: Map<string, Tries>, key: string, at: EpochMs): void {
  const known = all.get(key);
  const isFresh = known !== undefined && at - known.lastAt < memoryMs;
  put(all, key, { count: isFresh ? known.count + 1 : 1, lastAt: at });
}

/** The longest unused is forgotten first. */
function put(all: Map<string, Tries>, key: string, tries: Tries): void {
  all.delete(key);
  all.set(key, tries);
  if (all.size > mostRemembered) for (const oldest of all.keys()) return void all.delete(oldest);
}

/** An IPv6 client has a whole /64 to come from. */
function networkOf(peer: string): string {
  const bare = peer.replace(/^::ffff:/i, "");
  if (!bare.includes(":")) return bare;
  const [head = "", tail] = (bare.split("%")[0] ?? "").split("::");
  const left = head.split(":").filter((part) => part !== "");
  const right = (tail ?? "").split(":").filter((part) => part !== "");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: zeros }, () => "0"), ...right].slice(0, 4).join(":").toLowerCase();
}
