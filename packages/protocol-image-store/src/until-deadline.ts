import { UploadError } from "@stowage/core";
import type { ByteSource, CallOptions, Clock } from "@stowage/core";
import { cuttableBody } from "./cuttable-body.js";

/** What a deadline is put on. */
export interface Timed extends CallOptions {
  readonly clock: Clock;
  readonly seconds: number;
  readonly body: ByteSource;
}

/** Longest time that Node's timers know; 4294967295 seconds are more. */
const longestMs = 2 ** 31 - 1;
/** How long what came before the deadline may take to be stored. */
const settleMs = 5_000;

/**
 * Runs a verb until its deadline. Then the body ends with an error, so that the engine settles what came, and soon
 * after the signal ends everything else.
 *
 * @throws {UploadError} `INTERRUPTED` with the reason `timeout`, and what `work` throws
 */
export async function untilDeadline<Value>(
  { clock, seconds, body, signal }: Timed,
  work: (limited: { readonly body: ByteSource; readonly signal: AbortSignal }) => Promise<Value>,
): Promise<Value> {
  const [over, drop] = [new AbortController(), new AbortController()];
  const cuttable = cuttableBody(body);
  const passOn = (): void => drop.abort(signal.reason);
  if (signal.aborted) passOn();
  signal.addEventListener("abort", passOn, { once: true });
  const expire = async (): Promise<void> => {
    await clock.sleep(Math.min(seconds * 1000, longestMs), over.signal);
    if (over.signal.aborted) return;
    const isReading = cuttable.cut(timedOut());
    if (isReading) await clock.sleep(settleMs, over.signal);
    if (!over.signal.aborted) drop.abort(timedOut());
  };
  void expire();
  try {
    return await work({ body: cuttable, signal: drop.signal });
  } finally {
    over.abort();
    signal.removeEventListener("abort", passOn);
  }
}

function timedOut(): UploadError<"INTERRUPTED"> {
  return new UploadError("INTERRUPTED", "the request took too long", { reason: "timeout" }, { retry: "after-probe" });
}
