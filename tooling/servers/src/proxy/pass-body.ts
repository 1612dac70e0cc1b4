import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

/** How much of a body passes, and how fast. `null`: all of it, or as fast as it can. */
export interface Passing {
  readonly most: number | null;
  readonly bytesPerSecond: number | null;
  /** Nobody takes more once it aborts. */
  readonly over?: AbortSignal;
}

/**
 * Hands a body on, as fast as it is taken. Resolves with `false` where it stopped at `most`, at the latest at the body's end;
 * the target is not ended. Rejects where either side breaks.
 */
export async function passBody(source: IncomingMessage, target: Writable, passing: Passing): Promise<boolean> {
  let left = passing.most ?? Number.POSITIVE_INFINITY;
  const { over = new AbortController().signal } = passing;
  const pieces = source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const piece of pieces) {
    const part = piece.subarray(0, Math.min(piece.byteLength, left));
    left -= part.byteLength;
    if (passing.bytesPerSecond !== null) await delay((part.byteLength / passing.bytesPerSecond) * 1_000);
    if (!target.write(part))
      await once(target, "drain", { signal: AbortSignal.any([over, AbortSignal.timeout(60_000)]) });
    if (left === 0) break;
  }
  return passing.most === null;
}
