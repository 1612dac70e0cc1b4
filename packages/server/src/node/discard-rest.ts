import type { IncomingMessage } from "node:http";
import type { Clock } from "@stowage/core";
import type { RequestBody } from "./request-body.js";

/** How much of a body that nobody wants is read all the same, so that the client comes to see the answer. */
export interface DiscardLimits {
  readonly bytes: number;
  readonly ms: number;
}

/** Whether nothing of the request is still to come. */
export function isAllRead(request: IncomingMessage, body: Pick<RequestBody, "size">): boolean {
  return request.readableEnded || body.size === 0;
}

/**
 * Reads the rest of a request and throws it away. A connection that is closed while bytes come in is reset, and a browser then
 * shows a network error in place of the answer. Returns whether the request came to its end: only then may the
 * connection be used again.
 */
export async function discardRest(
  request: IncomingMessage,
  body: Pick<RequestBody, "size">,
  limits: DiscardLimits,
  clock: Clock,
): Promise<boolean> {
  if (isAllRead(request, body)) return true;
  if (request.destroyed) return false;
  const over = new AbortController();
  let whole = false;
  let left = limits.bytes;
  const onData = (piece: Uint8Array): void => {
    left -= piece.byteLength;
    if (left < 0) over.abort();
  };
  const onEnd = (): void => {
    whole = true;
    over.abort();
  };
  const onClose = (): void => over.abort();
  request.on("data", onData).once("end", onEnd).once("close", onClose);
  request.resume();
  await clock.sleep(limits.ms, over.signal);
  request.off("data", onData).off("end", onEnd).off("close", onClose);
  return whole;
}
