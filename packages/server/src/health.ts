import type { HttpAnswer, HttpExchange } from "@stowage/core/http";

/**
 * `/livez`: the process answers. `/readyz`: it wants new requests, which a draining one does not. `null`: another
 * path. Both win over a front-end that is mounted at the root.
 */
export function healthAnswer(exchange: HttpExchange, draining: boolean): HttpAnswer | null {
  const { pathname } = exchange.url;
  if (pathname !== "/livez" && pathname !== "/readyz") return null;
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
  if (exchange.method !== "GET" && exchange.method !== "HEAD") return { status: 405, headers: { allow: "GET, HEAD" } };
  if (pathname === "/livez") return { status: 200, headers, body: '{"status":"alive"}' };
  return draining
    ? { status: 503, headers, body: '{"status":"draining"}' }
    : { status: 200, headers, body: '{"status":"ready"}' };
}
