import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { HttpExchange } from "@stowage/core/http";
import { canInform, inform } from "./inform.js";
import type { RequestBody } from "./request-body.js";

/** What a request says about itself, and where it stands. */
export interface NodeExchangeParts {
  readonly body: RequestBody;
  /** Scheme and host that clients use (`https://files.example`), where a proxy in front hides them. */
  readonly publicOrigin?: string;
}

/** `null`: a request target or Host field that makes no URL. */
export function nodeExchange(
  request: IncomingMessage,
  response: ServerResponse,
  { body, publicOrigin }: NodeExchangeParts,
): HttpExchange | null {
  const url = urlOf(request, publicOrigin);
  if (url === null) return null;
  return {
    method: request.method ?? "GET",
    url,
    body,
    peer: request.socket.remoteAddress ?? null,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    trailers: async () => {
      await body.ended();
      return new Map(Object.entries(request.trailers).map(([name, value]) => [name, value ?? ""]));
    },
    cut: () => void request.socket.destroy(),
    ...(canInform(request) ? { inform: (status, headers) => inform(response, status, headers) } : {}),
  };
}

function urlOf(request: IncomingMessage, publicOrigin: string | undefined): URL | null {
  const scheme = (request.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
  const origin = publicOrigin ?? `${scheme}://${request.headers.host ?? "localhost"}`;
  const target = targetOf(request);
  // Joined, not resolved: a target of //elsewhere/x would name another host. Absolute targets are for proxies.
  const whole = target.startsWith("/") ? origin + target : target === "*" ? `${origin}/` : target;
  const url = parsed(whole);
  if (url === null) return null;
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

/** One that is wrong is rare, so nothing looks before it parses. */
function parsed(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Express takes the path of a mounted router off `url` and keeps it in `originalUrl`. */
function targetOf(request: IncomingMessage & { readonly originalUrl?: unknown }): string {
  return typeof request.originalUrl === "string" ? request.originalUrl : (request.url ?? "/");
}
