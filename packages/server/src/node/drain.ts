import type { Server } from "node:http";
import type { Socket } from "node:net";
import { interrupted } from "../interrupted.js";
import type { Serving } from "./serve-request.js";

/** How long a request whose head has begun may take to become one. */
const headMs = 1_000;

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

/**
 * Returns the drain of one server, to be made before it listens. A later call can only make it end earlier; all of them
 * resolve together.
 */
export function drain({ http, serving, dropAll }: DrainOptions): (times: DrainTimes) => Promise<void> {
  const { clock, live, busy, door } = serving;
  const sockets = openSockets(http);
  const done = new AbortController();
  let ended: Promise<void> | null = null;
  const cutBodies = (): void => {
    for (const body of live) body.fail(interrupted("draining"));
  };
  /** Node waits for a connection that never had a request, and stops its own timeouts as it begins to wait. */
  const endQuiet = (isQuiet: (socket: Socket) => boolean): void => {
    const carriers = new Set([...busy].map(({ socket }) => socket));
    for (const socket of sockets) if (!carriers.has(socket) && isQuiet(socket)) socket.destroySoon();
  };
  const endHeads = async (): Promise<void> => {
    await clock.sleep(headMs, done.signal);
    endQuiet(() => true);
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
    if (ended === null) {
      // Closes idle connections too.
      ended = new Promise<void>((resolve) => void http.close(() => resolve())).finally(() => done.abort());
      endQuiet(({ bytesRead }) => bytesRead === 0);
      void endHeads();
    }
    door.announceDrain();
    void hurry(times);
    return ended;
  };
}

function openSockets(http: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  http.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}
