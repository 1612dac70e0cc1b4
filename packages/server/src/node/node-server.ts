import { setMaxListeners } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { drain } from "./drain.js";
import { serveRequest } from "./serve-request.js";
import { servingOf } from "./serving.js";
import type { ServingOptions } from "./serving.js";

/** What one read of a socket brings: many clients in front of a slow backend keep little in memory each. */
const highWaterMark = 64 * 1024;

/** Durations in milliseconds. */
export interface NodeServerOptions extends ServingOptions {
  /** The head of a request has to be there so long after its first byte, or after the connection. Default 15 s. */
  readonly headersTimeoutMs?: number;
  /** How long a connection without a request is kept. Default 65 s: longer than the proxies in front keep theirs. */
  readonly keepAliveMs?: number;
  /** Of a request's head. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
}

/** A listening, or not yet listening, HTTP/1.1 server. */
export interface NodeServer {
  /** For what this interface has no word for: `upgrade`, TLS in front, metrics. */
  readonly http: Server;
  /** `port` 0: any free one. Rejects with Node's error (`code`: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`). */
  listen(at: {
    readonly port: number;
    readonly host: string;
  }): Promise<{ readonly port: number; readonly url: string }>;
  /**
   * The drain: no new connections, `/readyz` says no, requests go on for `graceMs`. Then bodies are cut, so that what
   * came is kept, and after `settleMs` (default 5 s) whatever still runs is dropped. May be called again, to
   * hurry. Resolves, for all callers, when no connection is left. The engine is closed after it.
   */
  close(options: { readonly graceMs: number; readonly settleMs?: number }): Promise<void>;
}

/** The door behind a `node:http` server of our own. */
export function nodeServer(options: NodeServerOptions): NodeServer {
  const hardEnd = new AbortController();
  // Every request listens to it, so many listeners are no leak.
  setMaxListeners(0, hardEnd.signal);
  let draining = false;
  const serving = servingOf(options, { signal: hardEnd.signal, isDraining: () => draining });
  const headersTimeout = options.headersTimeoutMs ?? 15_000;
  const http = createServer({
    highWaterMark,
    headersTimeout,
    // A long upload is no slow client; a silent one is found by its idle time.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.max(50, Math.min(5_000, headersTimeout / 3)),
    keepAliveTimeout: options.keepAliveMs ?? 65_000,
    maxHeaderSize: options.maxHeaderBytes ?? 16 * 1024,
    noDelay: true,
  });
  http.on("request", (request, response) => void serveRequest(request, response, serving, false));
  http.on("checkContinue", (request, response) => void serveRequest(request, response, serving, true));
  const closing = drain({ http, serving, dropAll: () => hardEnd.abort() });
  return {
    http,
    listen: async (at) => {
      const { port, family, address } = await listening(http, at);
      const host = family === "IPv6" ? `[${address}]` : address;
      return { port, url: `http://${host}:${port}` };
    },
    close: (grace) => {
      draining = true;
      return closing(grace);
    },
  };
}

function listening(http: Server, at: { readonly port: number; readonly host: string }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(at.port, at.host, () => {
      http.off("error", reject);
      // Never null or a pipe's name while it listens on a port.
      resolve(http.address() as AddressInfo);
    });
  });
}
