import { setTimeout as sleep } from "node:timers/promises";
import { UploadFailure } from "@stowage/client";
import { failureOf } from "@stowage/client/node";
import { printQuery } from "../server/server.js";
import type { ServerAddress } from "../server/server-address.js";
import type { ServerFile } from "../server/server.js";

const [firstPauseMs, longestPauseMs] = [500, 20_000];
/** Silence for so long is a dead connection. */
const stallMs = 60_000;

/** How to read. */
export interface ReadOptions {
  readonly signal: AbortSignal;
  /** How long to go on without a single byte, in milliseconds. */
  readonly patienceMs: number;
  readonly onWait: (failure: UploadFailure, waitMs: number) => void;
}

/**
 * The bytes of a file from `start` on, through broken lines and restarts of the server, always of this version.
 *
 * @throws {UploadFailure} `SOURCE_CHANGED` where the file was replaced meanwhile; what the server says; `NETWORK`, `STOPPED`
 */
export async function* readContent(
  address: ServerAddress,
  file: ServerFile,
  start: number,
  { signal, patienceMs, onWait }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  let at = start;
  let lastSuccess = Date.now();
  for (let tries = 0; at < file.size; tries += 1) {
    const stall = stallSignal(signal);
    try {
      const response = await askRange(address, file, at, stall.signal);
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        stall.alive();
        yield piece;
        at += piece.length;
        lastSuccess = Date.now();
        tries = 0;
      }
      if (at < file.size) throw new UploadFailure("NETWORK", "the answer ended too early", { retryable: true });
    } catch (error) {
      if (signal.aborted) throw new UploadFailure("STOPPED", "stopped", { retryable: true });
      const failure =
        error instanceof UploadFailure
          ? error
          : new UploadFailure("NETWORK", "no answer", { retryable: true, cause: error });
      if (!failure.retryable || Date.now() - lastSuccess > patienceMs) throw failure;
      const most = Math.min(longestPauseMs, firstPauseMs * 2 ** tries);
      const waitMs = Math.max(failure.retryAfterMs ?? 0, Math.random() * most);
      onWait(failure, waitMs);
      await sleep(waitMs, null, { signal }).catch(() => {});
    } finally {
      stall.end();
    }
  }
}

async function askRange(
  { to, token }: ServerAddress,
  { id, version, size }: ServerFile,
  at: number,
  signal: AbortSignal,
): Promise<Response> {
  const etag = `"${version}"`;
  const response = await fetch(`${to}/files/content${printQuery({ id })}`, {
    signal,
    headers: {
      // Compressed bytes have no ranges.
      "accept-encoding": "identity",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(at === 0 ? {} : { range: `bytes=${at}-`, "if-range": etag }),
    },
  });
  const { status, headers } = response;
  if (status >= 300) throw failureOf({ status, header: (name) => headers.get(name), text: await response.text() });
  const isWanted =
    headers.get("etag") === etag &&
    (at === 0 ? status === 200 : headers.get("content-range") === `bytes ${at}-${size - 1}/${size}`);
  if (isWanted && response.body !== null) return response;
  await response.body?.cancel();
  throw new UploadFailure("SOURCE_CHANGED", "the file was replaced meanwhile: run it again");
}

/** A signal that also aborts after a silence. */
function stallSignal(outer: AbortSignal): { readonly signal: AbortSignal; alive(): void; end(): void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  let timer = setTimeout(stop, stallMs);
  outer.addEventListener("abort", stop);
  if (outer.aborted) stop();
  return {
    signal: controller.signal,
    alive: () => {
      clearTimeout(timer);
      timer = setTimeout(stop, stallMs);
    },
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener("abort", stop);
      // Whoever stops reading early lets the connection go.
      stop();
    },
  };
}
