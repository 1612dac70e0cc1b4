import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Daemon } from "./daemon.js";

const patienceMs = 60_000;

/** Waits until `isReady` holds. Rejects, with the end of `log`, where the daemon ends before that or a minute passes. */
export async function untilReady(daemon: Daemon, log: string, isReady: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs;
  for (;;) {
    if (await isReady().catch(() => false)) return;
    const trouble = daemon.ended() ?? (Date.now() > end ? "is not ready after a minute" : null);
    if (trouble !== null) {
      const text = await readFile(log, "utf8").catch(() => "");
      throw new Error(`${daemon.program} ${trouble}:\n${text.slice(-4_000)}`);
    }
    await delay(50);
  }
}

/** Whether anybody answers, whatever it is; with `status`, whether it is that. */
export async function answers(url: string, status?: number): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  return status === undefined || response.status === status;
}

/** Whether anybody listens. */
export async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } finally {
    socket.destroy();
  }
}
