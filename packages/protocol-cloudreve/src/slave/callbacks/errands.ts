import { takeTurns } from "./take-turns.js";
import { deliverCallback } from "./deliver-callback.js";
import type { Delivery, DeliveryContext, TellingUploads } from "./deliver-callback.js";

/** Callbacks on their way in this process, each tried until it has come to an end. */
export interface Errands {
  /** Sets one out, unless it is on its way; resolves with what came of its first attempt, `null` where it was stopped. */
  send(uploads: TellingUploads, id: string): Promise<Delivery | null>;
  /** Those that reached nobody are tried now. */
  wake(): void;
  /** When all have stopped, which they do when the signal aborts. */
  stopped(): Promise<void>;
}

/** So many attempts at once: a master that hangs does not take all connections. */
const mostAtOnce = 16;
const firstPauseMs = 1000;
const longestPauseMs = 5 * 60_000;

/** None yet. With `closing`, those on their way stop, and no more set out. */
export function makeErrands(context: DeliveryContext, closing: AbortSignal): Errands {
  const { clock, log } = context;
  const errands = new Map<string, { readonly first: Promise<Delivery | null>; readonly over: Promise<void> }>();
  const turns = takeTurns(mostAtOnce);
  let alarm = new AbortController();

  const attempt = async (uploads: TellingUploads, id: string): Promise<Delivery | null> => {
    try {
      return await turns(async () =>
        closing.aborted ? null : deliverCallback(context, uploads, id, { signal: closing }),
      );
    } catch (error) {
      if (closing.aborted) return null;
      log.warn({ sessionId: id, error: String(error) }, "a callback could not be handled");
      return "failed";
    }
  };
  const persist = async (uploads: TellingUploads, id: string, first: Promise<Delivery | null>): Promise<void> => {
    let outcome = await first;
    for (let pause = firstPauseMs; isPassing(outcome);) {
      // What the master refuses for now it would refuse when woken, too.
      const wakes = outcome === "unreached" ? [alarm.signal] : [];
      // Spread, so that a master that comes back is not met by all at once.
      await clock.sleep(pause * (0.5 + Math.random() / 2), AbortSignal.any([closing, ...wakes]));
      outcome = await attempt(uploads, id);
      // A master pings when it starts, which may be before it listens.
      pause = wakes.some(({ aborted }) => aborted) ? firstPauseMs : Math.min(pause * 2, longestPauseMs);
    }
    errands.delete(id);
  };
  return {
    send: async (uploads, id) => {
      if (closing.aborted) return null;
      const there = errands.get(id);
      if (there !== undefined) return there.first;
      const first = attempt(uploads, id);
      errands.set(id, { first, over: persist(uploads, id, first) });
      return first;
    },
    wake: () => {
      alarm.abort();
      alarm = new AbortController();
    },
    stopped: async () => {
      await Promise.all([...errands.values()].map(({ over }) => over));
    },
  };
}

/** Whether trying again may help. */
function isPassing(outcome: Delivery | null): boolean {
  return outcome === "failed" || outcome === "unreached";
}
