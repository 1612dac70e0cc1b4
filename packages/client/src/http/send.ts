import { UploadFailure } from "../failure.js";
import { platform } from "../platform.js";
import { sendFetch } from "./send-fetch.js";
import { sendXhr } from "./send-xhr.js";

/** Bytes of a body, whichever way the platform takes them. */
export type Body = Blob | Uint8Array<ArrayBuffer> | FormData;

/** One request. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | string;
  readonly signal: AbortSignal;
  /** Bytes of the body that have gone out; called only where the platform tells. */
  readonly onSent?: (bytes: number) => void;
}

/** One answer, read to its end. */
export interface Answer {
  readonly status: number;
  /** `null`: not there, or kept from this page (CORS). */
  readonly header: (name: string) => string | null;
  readonly text: string;
}

/** Silence for so long is a dead connection. */
const stallMs = 60_000;
/** Where the platform does not tell what went out: the slowest line that we wait for, in bytes for each millisecond. */
const slowest = 8;

/**
 * Sends a request and reads its answer, whatever its status.
 *
 * @throws {UploadFailure} `NETWORK`: no answer, an aborted signal included
 */
export async function send(request: Outgoing): Promise<Answer> {
  const { body, signal } = request;
  const stall = new AbortController();
  const stop = (): void => stall.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(stop, ms);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    const { XMLHttpRequest } = platform;
    const telling = XMLHttpRequest !== undefined && body !== undefined && typeof body !== "string";
    wait(telling ? stallMs : stallMs + sizeOf(body) / slowest);
    if (!telling) return await sendFetch({ ...request, signal: stall.signal });
    const onSent = (bytes: number): void => {
      wait(stallMs);
      request.onSent?.(bytes);
    };
    return await sendXhr(new XMLHttpRequest(), { ...request, signal: stall.signal, onSent });
  } catch (cause) {
    throw new UploadFailure("NETWORK", "no answer", { retryable: true, cause });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function sizeOf(body: Outgoing["body"]): number {
  if (body === undefined || typeof body === "string") return 0;
  if ("byteLength" in body) return body.byteLength;
  if ("size" in body) return body.size;
  const file = body.get("file");
  return file === null || typeof file === "string" ? 0 : file.size;
}
