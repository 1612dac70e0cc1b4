import type { Clock } from "@stowage/core";
import type { Writer } from "./database/connection.js";

/** Wakes who waits for a change of a session. */
export interface Changes {
  /** Resolves after the next `touch` of this session, or soon after a commit of another process, whatever it was. */
  wait(id: string, signal: AbortSignal): Promise<void>;
  /** A change of ours is committed. */
  touch(id: string): void;
  /** Asks whether another process has committed, if anybody waits; the writer must not be committing. */
  look(): void;
  /** Lets everybody go. */
  close(): void;
}

const pollMs = 50;

/** While somebody waits, `PRAGMA data_version` is asked every 50 ms. It tells of commits of other connections only. */
export async function watchChanges(writer: Writer, clock: Clock, isCommitting: () => boolean): Promise<Changes> {
  const version = await writer.prepare<{ data_version: number }>("PRAGMA data_version");
  const waiting = new Map<string, Set<() => void>>();
  let polling: AbortController | null = null;
  /**
   * `null`: not known, as SQLite failed, or a commit was under way when the first one began to wait. The next look wakes for
   * nothing then.
   */
  let seen: number | null = null;

  /** `null` also where SQLite fails: nobody who waits, and no commit, is to fail by that. */
  const read = (): number | null => {
    try {
      return version.get()?.data_version ?? null;
    } catch {
      return null;
    }
  };
  const wake = (sessions: Iterable<Set<() => void>>): void => {
    // Who goes takes itself out, which a Set allows while it is walked.
    for (const waiters of sessions) for (const go of waiters) go();
  };
  const look = (): void => {
    if (waiting.size === 0) return;
    const now = read();
    // Who is woken where nothing could be read reads, and is told what is wrong.
    if (now !== null && now === seen) return;
    seen = now;
    wake(waiting.values());
  };
  const poll = async (stopped: AbortSignal): Promise<void> => {
    while (!stopped.aborted) {
      await clock.sleep(pollMs, stopped);
      // While we commit nobody else can, and `look` was called at our BEGIN.
      if (!stopped.aborted && !isCommitting()) look();
    }
  };
  const begin = (): void => {
    if (polling !== null) return;
    seen = isCommitting() ? null : read();
    polling = new AbortController();
    void poll(polling.signal);
  };
  const wait = (id: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const waiters = waiting.get(id) ?? new Set();
      const go = (): void => {
        signal.removeEventListener("abort", go);
        waiters.delete(go);
        if (waiters.size === 0 && waiting.get(id) === waiters) waiting.delete(id);
        if (waiting.size === 0) {
          polling?.abort();
          polling = null;
        }
        resolve();
      };
      begin();
      signal.addEventListener("abort", go, { once: true });
      waiting.set(id, waiters.add(go));
    });
  return {
    wait,
    touch: (id) => wake([waiting.get(id) ?? new Set()]),
    look,
    close: () => wake(waiting.values()),
  };
}
