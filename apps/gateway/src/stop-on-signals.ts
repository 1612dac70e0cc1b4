import type { Gateway } from "./start-gateway.js";

/** Below the half minute that supervisors wait before they kill. */
const graceMs = 25_000;
/** Long enough for what came to be stored. */
const hurriedSettleMs = 1_000;
/** A ^C reaches us from the terminal and once more from whoever started us. */
const echoMs = 300;

/** The first SIGTERM or SIGINT drains, the second cuts. Both end the process with 0. */
export function stopOnSignals(gateway: Gateway): void {
  let firstAt: number | null = null;
  const exit = (): never => process.exit(0);
  const onSignal = (): void => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      void gateway.close({ graceMs }).finally(exit);
    } else if (now - firstAt > echoMs) {
      void gateway.close({ graceMs: 0, settleMs: hurriedSettleMs }).finally(exit);
      setTimeout(exit, 2 * hurriedSettleMs);
    }
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
