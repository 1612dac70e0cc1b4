import type { HttpAnswer, HttpExchange } from "@stowage/core/http";

/** Whether a policy's backend answered lately. */
export interface PolicyHealth {
  readonly id: string;
  readonly isHealthy: boolean;
}

/**
 * `/livez`: the process answers. `/readyz`: it wants new requests, which one that drains, or whose backends all fail,
 * does not. `null`: another path. Both win over a front-end that is mounted at the root.
 */
export function healthAnswer(
  exchange: HttpExchange,
  draining: boolean,
  policies: readonly PolicyHealth[],
): HttpAnswer | null {
  const { pathname } = exchange.url;
  if (pathname !== "/livez" && pathname !== "/readyz") return null;
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
  if (exchange.method !== "GET" && exchange.method !== "HEAD") return { status: 405, headers: { allow: "GET, HEAD" } };
  if (pathname === "/livez") return { status: 200, headers, body: '{"status":"alive"}' };
  const failing = policies.length > 0 && policies.every(({ isHealthy }) => !isHealthy);
  const status = draining ? "draining" : failing ? "failing" : "ready";
  const health = policies.map(({ id, isHealthy }) => [id, isHealthy ? "healthy" : "unhealthy"] as const);
  const body = JSON.stringify({ status, ...(health.length > 0 && { policies: Object.fromEntries(health) }) });
  return { status: status === "ready" ? 200 : 503, headers, body };
}
