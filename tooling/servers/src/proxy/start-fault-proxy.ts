import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { effectChooser } from "./choose-effect.js";
import { forwarder } from "./forward.js";
import type { ProxyEvent, ProxyRule } from "./proxy-rule.js";

/** A proxy in front of a server; clients use its endpoint in place of the server's, and sign for it. */
export interface FaultProxy {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Takes the place of all rules, with a seed of its own; counts start again. */
  setRules(rules: readonly ProxyRule[], seed?: number): void;
  /** Requests that came. */
  requests(): number;
  /** What it did to requests, in the order in which it decided; those that passed as they were are not in it. */
  events(): readonly ProxyEvent[];
  /** Cuts what is open. */
  close(): Promise<void>;
}

/** How a proxy begins. */
export interface FaultProxyOptions {
  readonly rules?: readonly ProxyRule[];
  /** 1 when absent. */
  readonly seed?: number;
}

/**
 * Starts a proxy that speaks HTTP/1.1, so that it knows where requests and answers end.
 *
 * @param target an origin, `http://HOST:PORT`
 */
export async function startFaultProxy(target: string, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  let choose = effectChooser(options.rules ?? [], options.seed ?? 1);
  const events: ProxyEvent[] = [];
  let count = 0;
  const upstream = forwarder(target);
  const handle = (message: IncomingMessage, response: ServerResponse): void => {
    const { method = "GET", url = "/" } = message;
    const effect = choose(method, url);
    count += 1;
    if (effect !== null) events.push({ request: count, method, path: url.replace(/\?.*/, ""), effect: effect.kind });
    void upstream.forward(message, response, effect);
  };
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, highWaterMark: 256 * 1024 }, handle);
  server.on("checkContinue", handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    setRules: (rules, seed = 1) => {
      choose = effectChooser(rules, seed);
    },
    requests: () => count,
    events: () => [...events],
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      upstream.close();
      await closed;
    },
  };
}
