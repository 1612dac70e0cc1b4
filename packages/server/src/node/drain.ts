import type { Server } from "node:http";
import { interrupted } from "../interrupted.js";
import type { Serving } from "./serve-request.js";

/** What a drain acts on. */
export interface DrainOptions {
  readonly http: Server;
  readonly serving: Serving;
  /** Drops everything that still runs. */
  readonly dropAll: () => void;
}

/** Durations in milliseconds. */
export interface DrainTimes {
  readonly graceMs: number;
  readonly settleMs?: number;
}

/** Returns the drain of one server. A later call can only make it end earlier; all of them resolve together. */
export function drain({ http, serving, dropAll }: DrainOptions): (times: DrainTimes) => Promise<void> {
  const { clock, live, door } = serving;
  const done = new AbortController();
  let ended: Promise<void> | null = null;
  const cutBodies = (): void => {
    for (const body of live) body.fail(interrupted("draining"));
  };
  const hurry = async ({ graceMs, settleMs = 5_000 }: DrainTimes): Promise<void> => {
    await clock.sleep(graceMs, done.signal);
    if (done.signal.aborted) return;
    cutBodies();
    await clock.sleep(settleMs, done.signal);
    if (done.signal.aborted) return;
    dropAll();
    http.closeAllConnections();
  };
  return (times) => {
    ended ??= closed(http).finally(() => done.abort());
    door.announceDrain();
    void hurry(times);
    return ended;
  };
}

/** Resolves when the last connection is gone; also for a server that never listened. */
function closed(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeIdleConnections();
  });
}
