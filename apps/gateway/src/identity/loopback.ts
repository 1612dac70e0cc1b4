import type { Caller } from "@stowage/core";
import type { HttpExchange, Identify } from "@stowage/core/http";

/** Who asks, where nobody logs in: `caller`, if the gateway listens on loopback only and the request is local. */
export function fromLoopback(listensOn: string, caller: Caller): Identify {
  if (!isLoopback(listensOn)) return () => null;
  return (exchange) => (isLocal(exchange) ? caller : null);
}

/**
 * Whether a request was made on this machine, for this machine. That needs more than the address of the peer: a proxy on
 * this machine forwards for others, and a page of a foreign site is shown by a browser on this machine (by its own name, or
 * by one that it points at 127.0.0.1). A proxy that leaves no trace of itself cannot be told from its user, and nginx 1.29.7
 * and later leaves none unless it is told to.
 */
export function isLocal(exchange: HttpExchange): boolean {
  if (exchange.peer === null || !isLoopback(exchange.peer)) return false;
  if (exchange.header("host") === undefined || !isLoopback(exchange.url.hostname)) return false;
  // Without informational responses it is HTTP/1.0, which older proxies speak by default, and names us where they mean us.
  if (exchange.inform === undefined) return false;
  if (forwardedFields.some((field) => exchange.header(field) !== undefined)) return false;
  // An image or a script of a foreign page is asked for without an Origin.
  if (exchange.header("sec-fetch-site") === "cross-site" && exchange.header("sec-fetch-mode") !== "navigate")
    return false;
  const origin = exchange.header("origin");
  return origin === undefined || (URL.canParse(origin) && isLoopback(new URL(origin).hostname));
}

const forwardedFields = [
  "forwarded",
  "via",
  ...["for", "host", "proto", "port", "server", "prefix"].map((fact) => `x-forwarded-${fact}`),
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-original-host",
  "true-client-ip",
  "cf-connecting-ip",
  "fastly-client-ip",
];

/** A name or an address that cannot but mean this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    /^(::ffff:)?127(\.\d{1,3}){3}$/.test(bare) || bare === "::1" || bare === "localhost" || bare.endsWith(".localhost")
  );
}
