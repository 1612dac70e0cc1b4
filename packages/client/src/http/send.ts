import { asFailure, UploadFailure } from "../failure.js";
import { platform } from "../platform.js";
import type { Answer, Outgoing, Send } from "./exchange.js";
import { sendFetch } from "./send-fetch.js";
import { sendXhr } from "./send-xhr.js";

/** Silence for so long is a dead connection. */
const stallMs = 60_000;

/**
 * Sends a request and reads its answer, whatever its status. A body whose progress nobody tells (fetch) has only the
 * platform's own time limit. `own`: of the source.
 *
 * @throws {UploadFailure} `NETWORK`: no answer, an aborted signal included; `INTERNAL`: what `onSent` threw
 */
export async function send(request: Outgoing, own?: Send): Promise<Answer> {
  const { body, signal, onSent } = request;
  const { XMLHttpRequest } = platform;
  const sendBody: Send | undefined = own ?? (XMLHttpRequest && ((outgoing) => sendXhr(new XMLHttpRequest(), outgoing)));
  const stall = new AbortController();
  const stop = (): void => stall.abort();
  let thrown: UploadFailure | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(stop, stallMs);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    const isSmall = body === undefined || typeof body === "string";
    if (isSmall || sendBody !== undefined) wait();
    const onAnySent = (bytes: number): void => {
      wait();
      try {
        onSent?.(bytes);
      } catch (error) {
        // The application's own; whoever calls us here would not tell it.
        thrown = asFailure(error);
        stop();
      }
    };
    const chosen = isSmall ? sendFetch : (sendBody ?? sendFetch);
    return await chosen({ ...request, signal: stall.signal, onSent: onAnySent });
  } catch (cause) {
    throw thrown ?? new UploadFailure("NETWORK", "no answer", { retryable: true, cause });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
