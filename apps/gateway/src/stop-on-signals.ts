import type { Logger } from "@stowage/core";
import type { Gateway } from "./start-gateway.js";

/** Together below the half minute that supervisors wait before they kill: `Gateway.close` adds three seconds at most. */
const drainTimes = { graceMs: 20_000, settleMs: 5_000 };
const lastMs = 29_000;
/** Long enough for what came to be stored. */
const hurriedTimes = { graceMs: 0, settleMs: 1_000 };
const hurriedLastMs = 2_000;
/** A ^C reaches us from the terminal and once more from whoever started us. */
const echoMs = 300;

/** What a stop acts on. */
export interface StopOptions {
  readonly log: Logger;
  /** Receives the signals and is ended: `process`. */
  readonly host: Pick<NodeJS.Process, "on" | "exit">;
}

/**
 * The first SIGTERM, SIGINT or SIGHUP drains, also one that comes before the gateway has started; the second cuts. Ends
 * the process with 0, or with 1 where the gateway did not close. A start that fails is its caller's to tell.
 */
export function stopOnSignals(starting: Promise<Gateway>, { log, host }: StopOptions): void {
  let firstAt: number | null = null;
  const failed = (error: unknown): never => {
    const { name, code } = (error ?? {}) as Partial<Record<"name" | "code", unknown>>;
    log.error({ error: name, code }, "the gateway did not close");
    return host.exit(1);
  };
  const close = (times: Parameters<Gateway["close"]>[0]): void => {
    const closing = async (gateway: Gateway): Promise<void> => gateway.close(times).then(() => host.exit(0), failed);
    void starting.then(closing, () => {});
  };
  const onSignal = (): void => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      close(drainTimes);
      setTimeout(() => failed({ code: "TIMEOUT" }), lastMs).unref();
    } else if (now - firstAt > echoMs) {
      close(hurriedTimes);
      setTimeout(() => host.exit(0), hurriedLastMs);
    }
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) host.on(signal, onSignal);
}
