import type { Caller } from "@stowage/core";
import type { Identify } from "@stowage/core/http";

/**
 * Who asks, where nobody logs in: `caller`, if the gateway listens on loopback only and the request was made on this machine,
 * for this machine. That needs more than the address of the peer: a proxy on this machine forwards for others, and a
 * page of a foreign site is shown by a browser on this machine (by its own name, or by one that it points at 127.0.0.1).
 * A proxy that leaves no trace of itself cannot be told from its user.
 */
export function fromLoopback(listensOn: string, caller: Caller): Identify {
  if (!isLoopback(listensOn)) return () => null;
  return (exchange) => {
    if (exchange.peer === null || !isLoopback(exchange.peer)) return null;
    if (exchange.header("host") === undefined || !isLoopback(exchange.url.hostname)) return null;
    // Without informational responses it is HTTP/1.0, which proxies speak by default, and names us where they mean us.
    if (exchange.inform === undefined) return null;
    if (forwardedFields.some((field) => exchange.header(field) !== undefined)) return null;
    const origin = exchange.header("origin");
    if (origin !== undefined && !(URL.canParse(origin) && isLoopback(new URL(origin).hostname))) return null;
    return caller;
  };
}

const forwardedFields = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/** A name or an address that cannot but mean this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    /^(::ffff:)?127(\.\d{1,3}){3}$/.test(bare) || bare === "::1" || bare === "localhost" || bare.endsWith(".localhost")
  );
}
