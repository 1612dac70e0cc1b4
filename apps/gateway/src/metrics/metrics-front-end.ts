import type { HttpAnswer, HttpExchange, Protocol } from "@stowage/core/http";
import type { GatewayConfig } from "../config/config-schema.js";
import type { MetricsSettings } from "../config/sections/metrics.js";
import { anonymousKind } from "../identity/anonymous.js";
import { bearerToken } from "../identity/bearer-token.js";
import { isLocal, isLoopback } from "../identity/loopback.js";
import { tokenDigest } from "../identity/token-digest.js";

/**
 * What the file says of metrics. By default they are as open as uploads are to whoever sits at this machine, so that
 * naming users, or listening to other machines, closes both.
 */
export function metricsSettings(
  config: Pick<GatewayConfig, "metrics" | "identity" | "users" | "listen">,
): MetricsSettings | null {
  if (config.metrics !== undefined) return config.metrics === "off" ? null : config.metrics;
  const isOpen = anonymousKind(config) === "loopback" && isLoopback(config.listen.host);
  return isOpen ? { path: "/metrics", allow: "loopback" } : null;
}

/** Answers scrapes at its prefix and nothing below it. `print` makes the text. */
export function metricsFrontEnd(
  allow: MetricsSettings["allow"],
  { contentType, print }: { readonly contentType: string; readonly print: () => Promise<string> },
): Protocol {
  const mayRead = readers(allow);
  return {
    name: "metrics",
    handle: async (exchange, _access, { prefix }) => {
      if (exchange.url.pathname !== prefix) return refusal(404, "NOT_FOUND");
      if (exchange.method !== "GET" && exchange.method !== "HEAD")
        return refusal(405, "METHOD_NOT_ALLOWED", { allow: "GET, HEAD" });
      if (!mayRead(exchange))
        return typeof allow === "object"
          ? refusal(401, "UNAUTHORIZED", { "www-authenticate": "Bearer" })
          : refusal(403, "FORBIDDEN");
      return {
        status: 200,
        headers: { "content-type": contentType, "cache-control": "no-store" },
        body: await print(),
      };
    },
  };
}

function readers(allow: MetricsSettings["allow"]): (exchange: HttpExchange) => boolean {
  if (allow === "everybody") return () => true;
  // Wherever else it listens, who asks by loopback is on this machine.
  if (allow === "loopback") return isLocal;
  const digest = tokenDigest(allow.token);
  return (exchange) => digest.equals(tokenDigest(bearerToken(exchange) ?? ""));
}

function refusal(status: number, code: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
    body: JSON.stringify({ error: { code } }),
  };
}
